/// Doubles.
#[inline]
#[allow(
    refining_impl_trait,
    clippy::async_yields_async,
    clippy::double_must_use,
    clippy::manual_async_fn,
    clippy::type_complexity
)]
pub fn double(
    number: u32,
) -> ::autotune::__private::TaskCall<
    impl ::autotune::__private::TaskBody<
        Fut = impl ::autotune::__private::Future<Output = u32>,
    >,
> {
    static __AUTOTUNE_DEFINITION: ::autotune::__private::Definition = ::autotune::__private::Definition {
        name: "double",
        function: "double",
        module: ::core::module_path!(),
        file: ::core::file!(),
        line: ::core::line!(),
        description: "Doubles.",
        parameters: &[
            ::autotune::__private::Parameter {
                name: "number",
                type_name: "u32",
                secret: false,
            },
        ],
        source_hash: 0xec674edfa26f7462,
        ..::autotune::__private::Definition::TASK
    };
    ::autotune::__private::inventory::submit! {
        ::autotune::__private::RegisteredTask(& __AUTOTUNE_DEFINITION)
    }
    ::autotune::__private::stub_arguments! {
        number : (u32),
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
            let number = number;
            #[allow(unused_braces)] { number * 2 }
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
    ::autotune::__private::task_call(&__AUTOTUNE_DEFINITION, __autotune_body)
}
