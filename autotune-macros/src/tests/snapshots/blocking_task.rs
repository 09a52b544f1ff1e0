#[inline]
#[allow(
    refining_impl_trait,
    clippy::async_yields_async,
    clippy::double_must_use,
    clippy::manual_async_fn,
    clippy::type_complexity
)]
fn sum(
    numbers: Vec<u32>,
    key: String,
) -> ::autotune::__private::TaskCall<
    impl ::autotune::__private::TaskBody<
        Fut = impl ::autotune::__private::Future<Output = u32>,
    >,
> {
    static __AUTOTUNE_DEFINITION: ::autotune::__private::Definition = ::autotune::__private::Definition {
        name: "sum",
        function: "sum",
        module: ::core::module_path!(),
        file: ::core::file!(),
        line: ::core::line!(),
        parameters: &[
            ::autotune::__private::Parameter {
                name: "numbers",
                type_name: "Vec<u32>",
                secret: false,
            },
            ::autotune::__private::Parameter {
                name: "key",
                type_name: "String",
                secret: true,
            },
        ],
        cache_expiration: ::autotune::__private::Some({
            const DURATION: ::autotune::__private::Duration = CACHE_FOR;
            DURATION
        }),
        blocking: true,
        source_hash: 0x5f5673c5c5bae1ab,
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
            use ::autotune::__private::options::{blocking as _, cache_expiration as _};
        }
    };
    #[allow(clippy::used_underscore_binding)]
    let __autotune_key = {
        let __autotune_inputs = ::autotune::__private::InputsKey::new()
            .source(&__AUTOTUNE_DEFINITION);
        let __autotune_inputs = __autotune_inputs.input("numbers", &numbers);
        __autotune_inputs.finish()
    };
    ::autotune::__private::stub_arguments! {
        numbers : (Vec < u32 >), key : (String),
    }
    let __autotune_start = move || {
        ::autotune::__private::blocking(move || -> u32 {
            #[allow(unused_variables)]
            let numbers = numbers;
            let key = key;
            #[allow(unused_braces)] { numbers.iter().sum() }
        })
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
        let __autotune_part = {
            #[allow(unused_imports)]
            use ::autotune::__private::{CachePlain as _, CacheResult as _};
            (&__autotune_probe).part()
        };
        __autotune_ops.cache = ::autotune::__private::Some(
            ::autotune::__private::cached(__autotune_part),
        );
        ::autotune::__private::stub_output! {
            __autotune_ops : u32
        }
        __autotune_ops
    };
    let __autotune_body = ::autotune::__private::Once::new(
        __autotune_start,
        __autotune_ops,
    );
    ::autotune::__private::keyed_task_call(
        &__AUTOTUNE_DEFINITION,
        __autotune_body,
        __autotune_key,
    )
}
