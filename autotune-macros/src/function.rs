//! A function that has been read and checked: what is written from.

use crate::item::Kind;
use crate::options::Options;
use crate::signature::Signature;
use proc_macro2::Group;
use syn::{Attribute, Visibility};

/// A function that has been read and checked.
pub(crate) struct Function {
    pub(crate) kind: Kind,
    pub(crate) options: Options,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: Group,
    pub(crate) source_hash: u64,
}
