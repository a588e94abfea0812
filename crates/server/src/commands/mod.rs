//! What each command does, one module a command.

pub mod backup;
pub mod check_config;
pub mod copy;
pub mod health;
pub mod license;
pub mod migrate;
pub mod openapi;
pub mod restore;
pub mod serve;
pub mod token;
pub mod verify;
