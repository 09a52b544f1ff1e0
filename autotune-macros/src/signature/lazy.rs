//! Outputs whose work would happen after the run has ended.

use super::Signature;
use crate::errors::Errors;
use crate::item::Kind;
use crate::parameter::ungrouped;
use syn::visit::{self, Visit};
use syn::{GenericArgument, Path, PathArguments, Type, TypeImplTrait, TypeParamBound};

/// Reports streams, iterators and futures.
pub(super) fn output_is_finished(kind: Kind, signature: &Signature, errors: &mut Errors) {
    let kind = kind.name();
    if let Type::Never(never) = &signature.output {
        errors.report_on(never, format_args!("a {kind} has to return"));
        return;
    }
    if let Some(future) = boxed_future(&signature.output) {
        errors.report_on(
            future,
            format_args!(
                "a {kind} cannot return a boxed future: its work would happen after the run has \
                 ended. Put #[{kind}] on an `async fn`; where #[async_trait] made the future, \
                 write a native `async fn` in the trait; where #[async_recursion] did, write \
                 #[{kind}(boxed)] instead"
            ),
        );
        return;
    }
    let mut lazy = Lazy { found: None };
    lazy.visit_type(&signature.output);
    let Some((opaque, name)) = lazy.found else { return };
    let remedy = match name.as_str() {
        "Future" => "make it an `async fn` that returns the output of the future".to_owned(),
        _ => "return the finished value, for example a `Vec`".to_owned(),
    };
    errors.report_on(
        &opaque,
        format_args!(
            "a {kind} cannot return a lazy `{name}`: its work would happen after the run has \
             ended; {remedy}"
        ),
    );
}

const LAZY: [&str; 5] = ["Future", "Iterator", "Stream", "AsyncRead", "Sink"];

struct Lazy {
    found: Option<(TypeImplTrait, String)>,
}

impl<'ast> Visit<'ast> for Lazy {
    fn visit_type_impl_trait(&mut self, opaque: &'ast TypeImplTrait) {
        let name = opaque.bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Trait(bound) => last_name(&bound.path).filter(|name| is_lazy(name)),
            _ => None,
        });
        match name {
            Some(name) if self.found.is_none() => self.found = Some((opaque.clone(), name)),
            _ => visit::visit_type_impl_trait(self, opaque),
        }
    }

    // A closure that makes an iterator is no iterator.
    fn visit_parenthesized_generic_arguments(&mut self, _: &'ast syn::ParenthesizedGenericArguments) {}
}

fn is_lazy(name: &str) -> bool {
    LAZY.contains(&name)
}

fn last_name(path: &Path) -> Option<String> {
    path.segments.last().map(|segment| segment.ident.to_string())
}

/// `Pin<Box<dyn Future>>`, or one of the usual names for it.
fn boxed_future(output: &Type) -> Option<&Type> {
    let Type::Path(path) = ungrouped(output) else { return None };
    let is_boxed = match last_name(&path.path)?.as_str() {
        "BoxFuture" | "LocalBoxFuture" | "BoxStream" | "LocalBoxStream" => true,
        "Pin" => {
            let boxed = first_argument(&path.path)?;
            let Type::Path(boxed) = ungrouped(boxed) else { return None };
            match ungrouped(first_argument(&boxed.path)?) {
                Type::TraitObject(object) => object.bounds.iter().any(|bound| match bound {
                    TypeParamBound::Trait(bound) => last_name(&bound.path).is_some_and(|name| is_lazy(&name)),
                    _ => false,
                }),
                _ => false,
            }
        }
        _ => false,
    };
    is_boxed.then_some(output)
}

fn first_argument(path: &Path) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
