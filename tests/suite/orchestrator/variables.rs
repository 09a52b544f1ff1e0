//! Variables that survive the process.

use serde_json::{Value, json};

use super::Place;

#[test]
fn a_variable_of_each_json_type_is_read_by_another_process_as_it_was() {
    let place = Place::new();
    let (one, other) = (place.handle().variables(), place.handle().variables());
    let name = "limits".parse().expect("a name");
    assert_eq!(other.read(&name).expect("read"), None);
    for value in [Value::Null, json!(true), json!(0.1), json!("\"quoted\""), json!({ "a": [1, null] })] {
        one.overwrite(&name, value.clone()).expect("kept");
        assert_eq!(other.read(&name).expect("read"), Some(value));
    }
    assert!(!other.insert(&name, json!(1)).expect("it is taken"));
    assert_eq!(one.names().expect("read"), std::slice::from_ref(&name));
    assert!(other.remove(&name).expect("removed"));
    assert!(!one.remove(&name).expect("nothing to remove"));
    assert!(one.insert(&name, json!(1)).expect("it is free"));
}
