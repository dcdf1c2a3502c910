"""Error lists per county, as workbooks; exports, folders and docs call them rectification lists."""
