#!/bin/sh
# Give Airflow its file of passwords, where it runs, then run the command. All settings come from the compose file and the secrets.
set -eu

# Airflow opens the file for writing, and a secret cannot be written.
if [ -e /run/secrets/airflow_passwords ]; then
    install -m 600 /run/secrets/airflow_passwords "$AIRFLOW_HOME/passwords.json"
fi

exec "$@"
