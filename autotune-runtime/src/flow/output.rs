//! What a flow returned, as JSON and as text, in so far as its type has them.

use std::fmt::Display;

use serde::Serialize;
use serde_json::Value;

use crate::output::Probe;

macro_rules! forms {
    (
        $method:ident -> $form:ty, $bound:ident, $convert:expr;
        $result:ident $plain:ident $opaque:ident $what:literal
    ) => {
        #[doc = concat!("A `Result` whose value has ", $what, ".")]
        pub trait $result<R> {
            #[doc(hidden)]
            fn $method(&self, output: &R) -> Option<$form>;
        }

        impl<T: $bound, E> $result<Result<T, E>> for &&Probe<Result<T, E>> {
            fn $method(&self, output: &Result<T, E>) -> Option<$form> {
                let convert: fn(&T) -> Option<$form> = $convert;
                output.as_ref().ok().and_then(convert)
            }
        }

        #[doc = concat!("An output that has ", $what, ".")]
        pub trait $plain<R> {
            #[doc(hidden)]
            fn $method(&self, output: &R) -> Option<$form>;
        }

        impl<R: $bound> $plain<R> for &Probe<R> {
            fn $method(&self, output: &R) -> Option<$form> {
                let convert: fn(&R) -> Option<$form> = $convert;
                convert(output)
            }
        }

        #[doc = concat!("An output without ", $what, ".")]
        pub trait $opaque<R> {
            #[doc(hidden)]
            fn $method(&self, output: &R) -> Option<$form>;
        }

        impl<R> $opaque<R> for Probe<R> {
            fn $method(&self, _: &R) -> Option<$form> {
                None
            }
        }
    };
}

forms! {
    json -> Value, Serialize, |value| serde_json::to_value(value).ok();
    OutputResultJson OutputPlainJson OutputOpaqueJson "`Serialize`"
}

forms! {
    text -> String, Display, |value| Some(value.to_string());
    OutputResultText OutputPlainText OutputOpaqueText "`Display`"
}
