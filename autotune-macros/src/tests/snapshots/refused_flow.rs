#[doc(hidden)]
#[allow(non_upper_case_globals)]
static __AUTOTUNE_migrate__in_an_impl_write_flow_assoc: ::autotune::__private::Definition = ::autotune::__private::Definition {
    name: "migrate",
    function: "migrate",
    module: ::core::module_path!(),
    file: ::core::file!(),
    line: ::core::line!(),
    parameters: &[
        ::autotune::__private::Parameter {
            name: "pool",
            type_name: "&mut Pool",
            secret: false,
        },
    ],
    source_hash: 0x28a434044e3fa1d3,
    ..::autotune::__private::Definition::FLOW
};
::autotune::__private::inventory::submit! {
    ::autotune::__private::RegisteredFlow { definition : &
    __AUTOTUNE_migrate__in_an_impl_write_flow_assoc, entry : ||
    ::autotune::__private::Entry::Refused { parameter : "pool", type_name : "&mut Pool",
    }, }
}
#[inline]
#[allow(
    refining_impl_trait,
    clippy::async_yields_async,
    clippy::double_must_use,
    clippy::manual_async_fn,
    clippy::type_complexity
)]
fn migrate(
    pool: &mut Pool,
) -> ::autotune::__private::FlowCall<
    impl ::autotune::__private::TaskBody<
        Fut = impl ::autotune::__private::Future<Output = u32>,
    >,
    (),
> {
    #[allow(clippy::used_underscore_binding)]
    let __autotune_parameters = if ::autotune::__private::recording() {
        ::autotune::__private::Some(
            ::autotune::__private::parameters([
                (
                    "pool",
                    {
                        #[allow(unused_imports)]
                        use ::autotune::__private::{
                            CaptureDebug as _, CaptureJson as _, CaptureName as _,
                        };
                        (&&&::autotune::__private::Captured(&pool)).capture()
                    },
                ),
            ]),
        )
    } else {
        ::autotune::__private::None
    };
    ::autotune::__private::stub_arguments! {
        pool : (& mut Pool),
    }
    let __autotune_start = move || {
        async move {
            #[allow(
                unreachable_code,
                clippy::diverging_sub_expression,
                clippy::empty_loop,
                clippy::let_unit_value,
                clippy::let_with_type_underscore,
                clippy::needless_return
            )]
            if false {
                let __autotune_return: u32 = loop {};
                return __autotune_return;
            }
            let pool = pool;
            #[allow(unused_braces)] { 1 }
        }
    };
    let __autotune_probe = ::autotune::__private::probe_of(&__autotune_start);
    let __autotune_ops = move || {
        let mut __autotune_ops = {
            #[allow(unused_imports)]
            use ::autotune::__private::{
                OpsOfDebug as _, OpsOfDisplay as _, OpsOfOpaque as _, OpsOfPlain as _,
                OpsOfStates as _,
            };
            (&&&&__autotune_probe).ops()
        };
        __autotune_ops.interrupt = {
            #[allow(unused_imports)]
            use ::autotune::__private::{InterruptFrom as _, InterruptNever as _};
            (&__autotune_probe).interrupt()
        };
        ::autotune::__private::stub_output! {
            __autotune_ops : u32
        }
        __autotune_ops
    };
    let __autotune_body = ::autotune::__private::Once::new(
        __autotune_start,
        __autotune_ops,
    );
    ::autotune::__private::flow_call(
            &__AUTOTUNE_migrate__in_an_impl_write_flow_assoc,
            __autotune_body,
        )
        .with_parameters(__autotune_parameters)
}
