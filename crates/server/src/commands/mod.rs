//! What each command does, one module a command.

pub mod check_config;
pub mod health;
pub mod license;
pub mod migrate;
pub mod openapi;
pub mod serve;
pub mod token;
pub mod verify;
