#[inline]
#[allow(
    refining_impl_trait,
    clippy::async_yields_async,
    clippy::double_must_use,
    clippy::manual_async_fn,
    clippy::multiple_bound_locations,
    clippy::type_complexity
)]
fn walk<'autotune>(
    &'autotune self,
    path: &'autotune Path,
    argument3: (u32, u32),
) -> ::autotune::__private::TaskCall<
    ::autotune::__private::BoxBody<'autotune, Result<&'autotune str, Error>, true>,
> {
    static __AUTOTUNE_DEFINITION: ::autotune::__private::Definition = ::autotune::__private::Definition {
        name: "walk",
        function: "walk",
        module: ::core::module_path!(),
        file: ::core::file!(),
        line: ::core::line!(),
        parameters: &[
            ::autotune::__private::Parameter {
                name: "path",
                type_name: "&Path",
                secret: false,
            },
            ::autotune::__private::Parameter {
                name: "argument3",
                type_name: "(u32, u32)",
                secret: false,
            },
        ],
        retries: 1u32,
        source_hash: 0x3dfc58d7ea313c6c,
        ..::autotune::__private::Definition::TASK
    };
    ::autotune::__private::inventory::submit! {
        ::autotune::__private::RegisteredTask(& __AUTOTUNE_DEFINITION)
    }
    #[allow(unexpected_cfgs)]
    const _: () = {
        #[cfg(rust_analyzer)]
        {
            #[allow(unused_imports)]
            use ::autotune::__private::options::{boxed as _, retries as _};
        }
    };
    ::autotune::__private::stub_arguments! {
        receiver : _, path : (& Path), argument3 : ((u32, u32)),
    }
    let __autotune_start = move || {
        let path = ::autotune::__private::clone_argument(&path);
        let argument3 = ::autotune::__private::clone_argument(&argument3);
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
                let __autotune_return: Result<&str, Error> = loop {};
                return __autotune_return;
            }
            let path = path;
            let argument3 = argument3;
            let (from, to) = argument3;
            #[allow(unused_braces)] { todo!() }
        }
    };
    let __autotune_probe = ::autotune::__private::probe_of(&__autotune_start);
    ::autotune::__private::needs_result(__autotune_probe);
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
            __autotune_ops : Result < & str, Error >
        }
        __autotune_ops
    };
    let __autotune_body = ::autotune::__private::Many::new(
        __autotune_start,
        __autotune_ops,
    );
    let __autotune_body = ::autotune::__private::BoxBody::new(__autotune_body);
    ::autotune::__private::task_call(&__AUTOTUNE_DEFINITION, __autotune_body)
}
