//! The real binary over real HTTP.

mod billing_modes;
mod charging;
mod commands;
mod crashes;
mod first_start;
mod isolation;
mod main_job;
mod world;
