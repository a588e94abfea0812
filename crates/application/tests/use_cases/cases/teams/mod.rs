//! Teams and the people in them.

mod access;
mod addresses;
mod crew;
mod first_requests;
mod grants;
mod invitations;
mod listed;
mod making;
mod members;
mod ownership;
mod people;
mod races;
mod roles;
mod seats;
mod shown;
