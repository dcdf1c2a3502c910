#!/bin/sh
# Make the secrets of docker-compose.yml once, in docker/secrets/; existing ones are kept.
# The folder is closed to others; the files in it are not, because the containers run as another user.
set -eu
cd "$(dirname "$0")"
mkdir -p -m 700 secrets

random() { head -c "$1" /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'; }

keep() {
    [ -s "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"
    chmod 444 "secrets/$1"
}

keep postgres_password "$(random 24)"
keep fernet_key "$(random 32)"
keep api_secret "$(random 48)"
keep jwt_secret "$(random 96)"
keep airflow_passwords.json "{\"admin\": \"$(random 12)\"}"
