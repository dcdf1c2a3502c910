-- Airflow's records, beside the warehouse and never inside it.
create database airflow;
