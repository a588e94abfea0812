fn main() {
    println!("{}", tenantry_http::openapi(None).to_pretty_json().unwrap());
}
