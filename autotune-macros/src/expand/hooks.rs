//! The hooks of a run, as closures that capture nothing.

use super::place::placed;
use crate::function::Function;
use crate::options::{Hook, HookPoint};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;

/// `__autotune_ops.hooks = ..;`, where there are any.
pub(super) fn tokens(function: &Function) -> TokenStream {
    let private = function.private();
    let hooks = &function.options.hooks;
    if hooks.is_empty() {
        return TokenStream::new();
    }
    let calls = |point: HookPoint| {
        let calls: TokenStream =
            hooks.iter().filter(|hook| hook.point == point).map(|hook| call(&private, hook)).collect();
        (!calls.is_empty()).then_some(calls)
    };
    let cancellation = calls(HookPoint::Cancellation);
    let arms = HookPoint::ALL.into_iter().filter_map(|point| {
        let variant = format_ident!("{}", point.variant());
        calls(point).map(|calls| quote!(#private::HookPoint::#variant => { #calls }))
    });
    quote! {
        __autotune_ops.hooks = #private::Some(|| #private::Hooks {
            call: |__autotune_point, __autotune_run, __autotune_state| {
                #private::Box::pin(async move {
                    match __autotune_point {
                        #(#arms)*
                        _ => {}
                    }
                    __autotune_state
                })
            },
            cancel: |__autotune_run, __autotune_state| {
                #private::spawn_hooks(async move {
                    let _ = (&__autotune_run, &__autotune_state);
                    #cancellation
                });
            },
        });
    }
}

/// Calls one hook and waits for it, whether it is async or not.
fn call(private: &TokenStream, hook: &Hook) -> TokenStream {
    let function = &hook.function;
    let name = quote!(#function).to_string().replace(' ', "");
    let returned = placed(quote!((&__autotune_run, &__autotune_state)), function.span());
    quote! {
        #private::call_hook(#name, async {
            #[allow(unused_imports)]
            use #private::{HookDone as _, HookFailed as _, ReturnedFuture as _, ReturnedValue as _};
            let __autotune_returned = #function #returned;
            #[allow(clippy::let_unit_value)]
            let __autotune_result = (&mut #private::Returned::new(__autotune_returned)).settle().await;
            (&#private::HookResult(&__autotune_result)).tell(#name);
        })
        .await;
    }
}
