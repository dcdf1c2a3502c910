#!/bin/sh
# Turn the secrets of the compose file into settings, then run the command.
set -eu

secret() { cat "/run/secrets/$1"; }

password=$(secret postgres_password)
AIRFLOW__CORE__FERNET_KEY=$(secret fernet_key)
AIRFLOW__API__SECRET_KEY=$(secret api_secret)
AIRFLOW__API_AUTH__JWT_SECRET=$(secret jwt_secret)
export AIRFLOW__CORE__FERNET_KEY AIRFLOW__API__SECRET_KEY AIRFLOW__API_AUTH__JWT_SECRET

server="fundwatch:$password@postgres:5432"
export FUNDWATCH_DATABASE_URL="postgresql://$server/fundwatch"
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="postgresql+psycopg2://$server/airflow"
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC="postgresql+asyncpg://$server/airflow"

# Airflow opens its password file for writing, and a secret cannot be written.
install -m 600 /run/secrets/airflow_passwords "$AIRFLOW_HOME/passwords.json"
export AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE="$AIRFLOW_HOME/passwords.json"

exec "$@"
