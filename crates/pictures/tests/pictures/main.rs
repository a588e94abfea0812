//! Pictures from real sites, into a real folder and what speaks like a bucket.

mod fetched;
mod kept;
mod rendered;
mod support;
