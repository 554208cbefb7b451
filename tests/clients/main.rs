//! Foreign clients: units' systems written in Python with public libraries, against a running platform with the
//! NATS configuration of the all-in-one. `make test` installs their libraries.
mod directory_tool;
mod every_operation;
mod figures;
mod nats_client;
mod nats_permissions;
mod open311_clients;
mod published;
mod unit_key;
mod webhook_client;
