//! The hooks of a run and of its transaction, as closures that capture nothing.

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
    let of_states = of_states(&private, hooks);
    let of_transaction = of_transaction(&private, hooks);
    quote!(#of_states #of_transaction)
}

fn of_states(private: &TokenStream, hooks: &[Hook]) -> Option<TokenStream> {
    if hooks.iter().all(|hook| hook.point.is_of_transaction()) {
        return None;
    }
    let arguments = quote!((&__autotune_run, &__autotune_state));
    let calls = |point: HookPoint| {
        let hooks = hooks.iter().filter(|hook| hook.point == point);
        let calls: TokenStream = hooks
            .map(|hook| {
                let call = call(private, hook, &arguments);
                quote!(#call;)
            })
            .collect();
        (!calls.is_empty()).then_some(calls)
    };
    let cancellation = calls(HookPoint::Cancellation);
    let points = HookPoint::ALL.into_iter().filter(|point| !point.is_of_transaction());
    let arms = points.filter_map(|point| {
        let variant = format_ident!("{}", point.variant());
        calls(point).map(|calls| quote!(#private::HookPoint::#variant => { #calls }))
    });
    Some(quote! {
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
    })
}

/// What is called with the value of the run when its transaction has ended.
fn of_transaction(private: &TokenStream, hooks: &[Hook]) -> Option<TokenStream> {
    if !hooks.iter().any(|hook| hook.point.is_of_transaction()) {
        return None;
    }
    let arguments = quote!((&__autotune_transaction, &*__autotune_value));
    // The first one that fails is the last one that is called.
    let calls = |point: HookPoint| -> Vec<TokenStream> {
        let hooks = hooks.iter().filter(|hook| hook.point == point);
        hooks.map(|hook| call(private, hook, &arguments)).collect()
    };
    let commits = calls(HookPoint::Commit);
    // What was done last is undone first.
    let rollbacks = calls(HookPoint::Rollback).into_iter().rev();
    Some(quote! {
        __autotune_ops.stage = #private::Some(|__autotune_out| {
            #[allow(unused_imports)]
            use #private::{CachePlain as _, CacheResult as _};
            #private::staged(
                (&#private::probe_value(__autotune_out)).part(),
                __autotune_out,
                |__autotune_point, __autotune_transaction, __autotune_value| {
                    #private::Box::pin(async move {
                        let _ = (&__autotune_transaction, &__autotune_value);
                        match __autotune_point {
                            #private::HookPoint::Commit => true #(&& #commits)*,
                            _ => true #(&& #rollbacks)*,
                        }
                    })
                },
            )
        });
    })
}

/// Calls one hook and waits for it, whether it is async or not.
fn call(private: &TokenStream, hook: &Hook, arguments: &TokenStream) -> TokenStream {
    let function = &hook.function;
    let name = quote!(#function).to_string().replace(' ', "");
    let returned = placed(arguments.clone(), function.span());
    quote! {
        #private::call_hook(#name, async {
            #[allow(unused_imports)]
            use #private::{HookDone as _, HookFailed as _, ReturnedFuture as _, ReturnedValue as _};
            let __autotune_returned = #function #returned;
            #[allow(clippy::let_unit_value)]
            let __autotune_result = (&mut #private::Returned::new(__autotune_returned)).settle().await;
            (&#private::HookResult(&__autotune_result)).tell(#name)
        })
        .await
    }
}
