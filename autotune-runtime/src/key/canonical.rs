//! Feeds any `Serialize` value to a hasher as canonical bytes: one value, one
//! sequence, whatever the order of a map, the width of an integer, the process
//! or the platform. Two values that differ never share a sequence: each part is
//! led by a mark of its kind, and what has no fixed length by its length.

use std::fmt::Display;
use std::hash::Hasher;

use serde::ser::{self, Serialize};

use super::KeyHasher;

const UNIT: u8 = 0;
const BOOL: u8 = 1;
const INTEGER: u8 = 2;
const FLOAT: u8 = 3;
const TEXT: u8 = 4;
const BYTES: u8 = 5;
const NONE: u8 = 6;
const SOME: u8 = 7;
const VARIANT: u8 = 8;
const SEQUENCE: u8 = 9;
const TUPLE: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;
const END: u8 = 13;

/// Feeds `value` to `hasher`. An error is that of the value's own `Serialize`.
pub(super) fn feed<T: Serialize + ?Sized>(value: &T, hasher: &mut KeyHasher) -> Result<(), Unreadable> {
    value.serialize(Canonical { hasher })
}

struct Canonical<'a> {
    hasher: &'a mut KeyHasher,
}

impl Canonical<'_> {
    fn mark(&mut self, mark: u8) {
        self.hasher.write(&[mark]);
    }

    fn bytes(&mut self, mark: u8, bytes: &[u8]) {
        self.mark(mark);
        self.hasher.write(&(bytes.len() as u64).to_le_bytes());
        self.hasher.write(bytes);
    }

    fn integer(&mut self, value: i128) {
        self.mark(INTEGER);
        self.hasher.write(&value.to_le_bytes());
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unreadable> {
        value.serialize(Canonical { hasher: &mut *self.hasher })
    }
}

/// What a value said that cannot be written down.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl ser::Error for Unreadable {
    fn custom<T: Display>(message: T) -> Self {
        Unreadable(message.to_string())
    }
}

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(mut self, value: $type) -> Result<(), Unreadable> {
            self.integer(i128::from(value));
            Ok(())
        })*
    };
}

impl<'a> ser::Serializer for Canonical<'a> {
    type Ok = ();
    type Error = Unreadable;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_u128(mut self, value: u128) -> Result<(), Unreadable> {
        match i128::try_from(value) {
            Ok(value) => self.integer(value),
            // Beyond `i128`: no narrower integer can be equal to it.
            Err(_) => self.bytes(INTEGER, &value.to_le_bytes()),
        }
        Ok(())
    }

    fn serialize_bool(mut self, value: bool) -> Result<(), Unreadable> {
        self.mark(BOOL);
        self.mark(u8::from(value));
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Unreadable> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(mut self, value: f64) -> Result<(), Unreadable> {
        self.mark(FLOAT);
        // `0.0 == -0.0`: equal inputs have one key.
        let value = if value == 0.0 { 0.0 } else { value };
        self.hasher.write(&value.to_bits().to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Unreadable> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, value: &str) -> Result<(), Unreadable> {
        self.bytes(TEXT, value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(mut self, value: &[u8]) -> Result<(), Unreadable> {
        self.bytes(BYTES, value);
        Ok(())
    }

    fn serialize_none(mut self) -> Result<(), Unreadable> {
        self.mark(NONE);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result<(), Unreadable> {
        self.mark(SOME);
        self.value(value)
    }

    fn serialize_unit(mut self) -> Result<(), Unreadable> {
        self.mark(UNIT);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unreadable> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unreadable> {
        self.bytes(VARIANT, variant.as_bytes());
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unreadable> {
        self.value(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unreadable> {
        self.bytes(VARIANT, variant.as_bytes());
        self.mark(SOME);
        self.value(value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Unreadable> {
        Ok(Parts::begin(self, SEQUENCE))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Unreadable> {
        Ok(Parts::begin(self, TUPLE))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Unreadable> {
        Ok(Parts::begin(self, TUPLE))
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Unreadable> {
        self.bytes(VARIANT, variant.as_bytes());
        Ok(Parts::begin(self, TUPLE))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'a>, Unreadable> {
        Ok(Entries { into: self, entry: KeyHasher::default(), sum: 0, count: 0 })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Unreadable> {
        Ok(Parts::begin(self, STRUCT))
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Unreadable> {
        self.bytes(VARIANT, variant.as_bytes());
        Ok(Parts::begin(self, STRUCT))
    }
}

/// What has parts in an order of its own.
struct Parts<'a>(Canonical<'a>);

impl<'a> Parts<'a> {
    fn begin(mut into: Canonical<'a>, mark: u8) -> Self {
        into.mark(mark);
        Parts(into)
    }

    fn end(mut self) {
        self.0.mark(END);
    }
}

macro_rules! parts {
    ($($kind:ident::$method:ident),*) => {
        $(impl ser::$kind for Parts<'_> {
            type Ok = ();
            type Error = Unreadable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unreadable> {
                self.0.value(value)
            }

            fn end(self) -> Result<(), Unreadable> {
                Parts::end(self);
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
}

macro_rules! fields {
    ($($kind:ident),*) => {
        $(impl ser::$kind for Parts<'_> {
            type Ok = ();
            type Error = Unreadable;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unreadable> {
                self.0.bytes(TEXT, name.as_bytes());
                self.0.value(value)
            }

            fn end(self) -> Result<(), Unreadable> {
                Parts::end(self);
                Ok(())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

/// The entries of a map: each is hashed alone, and the sum of the hashes does
/// not depend on their order.
struct Entries<'a> {
    into: Canonical<'a>,
    entry: KeyHasher,
    sum: u128,
    count: u64,
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unreadable> {
        key.serialize(Canonical { hasher: &mut self.entry })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unreadable> {
        value.serialize(Canonical { hasher: &mut self.entry })?;
        self.sum = self.sum.wrapping_add(std::mem::take(&mut self.entry).digest());
        self.count += 1;
        Ok(())
    }

    fn end(mut self) -> Result<(), Unreadable> {
        self.into.mark(MAP);
        self.into.hasher.write(&self.count.to_le_bytes());
        self.into.hasher.write(&self.sum.to_le_bytes());
        Ok(())
    }
}
