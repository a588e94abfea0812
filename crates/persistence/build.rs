//! The migrations are embedded when the crate is compiled. The macro notices edits, but neither new directories nor removed ones: this does.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
