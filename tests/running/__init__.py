"""What a test run shares between its workers: one server, one process that forks commands, things made once.

The first process of the run makes a folder for it (``folder``) and names it in the environment, where its
workers find it. The helper processes end, and what they hold goes, when that first process has ended, however
it did.
"""
