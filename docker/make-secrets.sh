#!/bin/sh
# Make the secrets of docker-compose.yml once, in docker/secrets/; existing ones are kept.
# The folder is closed to others; the files in it are not, because the containers run as another user.
# production_url, alert_smtp_url and alert_webhook_secret begin empty: write yours into them.
set -eu
cd "$(dirname "$0")"
mkdir -p -m 700 secrets

random() { head -c "$1" /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_'; }

keep() {
    [ -e "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"
    chmod 444 "secrets/$1"
}

fernet() { head -c 32 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'; }

keep postgres_password "$(random 24)"
server="fundwatch:$(cat secrets/postgres_password)@postgres:5432"
keep warehouse_url "postgresql://$server/fundwatch"
# The portal's three roles; `fundwatch db up` gives them these passwords.
for role in portal acts signin; do
    keep "${role}_role_url" "postgresql://fundwatch_$role:$(random 24)@postgres:5432/fundwatch"
done
keep airflow_database_url "postgresql+psycopg2://$server/airflow"
keep airflow_database_url_async "postgresql+asyncpg://$server/airflow"
keep fernet_key "$(fernet)"
keep api_secret "$(random 48)"
keep jwt_secret "$(random 96)"
keep airflow_password "$(random 12)"
keep airflow_passwords.json "{\"admin\": \"$(cat secrets/airflow_password)\"}"
for name in production_url alert_smtp_url alert_webhook_secret; do
    keep "$name" ""
    chmod 644 "secrets/$name"
done
