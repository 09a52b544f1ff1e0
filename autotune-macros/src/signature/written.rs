//! Types of the signature that can be written once more in the body, such that no
//! lifetime of the signature is in them.
//!
//! A wrong yes would be a compile error in somebody's task, and a wrong no only
//! keeps a test from stubbing it, so what is in doubt cannot be written.

use super::Signature;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericParam, Ident, Lifetime, Path, Type};

/// The type without the names of lifetimes; `None` if it names what may borrow.
pub(super) fn alone(signature: &Signature, ty: &Type) -> Option<Type> {
    let mut ty = ty.clone();
    let mut alone = Alone { signature, is_alone: true };
    alone.visit_type_mut(&mut ty);
    alone.is_alone.then_some(ty)
}

struct Alone<'a> {
    signature: &'a Signature,
    is_alone: bool,
}

impl Alone<'_> {
    /// Whether a name is, or looks like, that of a type parameter that may borrow.
    fn may_borrow(&self, name: &Ident) -> bool {
        if name == "Self" {
            return true;
        }
        let own = self.signature.generics.params.iter().find_map(|param| match param {
            GenericParam::Type(param) if param.ident == *name => Some(param),
            _ => None,
        });
        match own {
            Some(param) => !is_static(&param.bounds),
            // Those of the `impl` cannot be seen: `T`, `DB` and the like are taken for one.
            None => {
                self.signature.is_method() && !name.to_string().contains(|letter: char| letter.is_lowercase())
            }
        }
    }
}

fn is_static<'a>(bounds: impl IntoIterator<Item = &'a syn::TypeParamBound>) -> bool {
    bounds
        .into_iter()
        .any(|bound| matches!(bound, syn::TypeParamBound::Lifetime(lifetime) if lifetime.ident == "static"))
}

impl VisitMut for Alone<'_> {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            lifetime.ident = Ident::new("_", lifetime.ident.span());
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::ImplTrait(_) | Type::Macro(_) | Type::Ptr(_) | Type::Never(_) | Type::Infer(_) => {
                self.is_alone = false;
            }
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }

    fn visit_bound_lifetimes_mut(&mut self, _: &mut syn::BoundLifetimes) {
        self.is_alone = false;
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        if let Some(first) = path.segments.first() {
            self.is_alone &= !self.may_borrow(&first.ident);
        }
        visit_mut::visit_path_mut(self, path);
    }
}
