#[inline]
#[allow(
    refining_impl_trait,
    clippy::async_yields_async,
    clippy::double_must_use,
    clippy::manual_async_fn,
    clippy::type_complexity
)]
fn load(
    url: &str,
    token: &str,
    days: u32,
) -> ::autotune::__private::TaskCall<
    impl ::autotune::__private::RetryBody<
        Fut = impl ::autotune::__private::Future<Output = Result<Data, Error>>,
    >,
> {
    static __AUTOTUNE_DEFINITION: ::autotune::__private::Definition = ::autotune::__private::Definition {
        name: "load-data",
        function: "load",
        module: ::core::module_path!(),
        file: ::core::file!(),
        line: ::core::line!(),
        version: ::autotune::__private::Some("1"),
        tags: &["io"],
        parameters: &[
            ::autotune::__private::Parameter {
                name: "url",
                type_name: "&str",
                secret: false,
            },
            ::autotune::__private::Parameter {
                name: "token",
                type_name: "&str",
                secret: true,
            },
            ::autotune::__private::Parameter {
                name: "days",
                type_name: "u32",
                secret: false,
            },
        ],
        retries: 3u32,
        retry_delay: ::autotune::__private::RetryDelay::Exponential {
            base: ::autotune::__private::Duration::new(1, 0),
            max: ::autotune::__private::Some(::autotune::__private::Duration::new(60, 0)),
        },
        retry_jitter_factor: 0.5,
        timeout: ::autotune::__private::Some(
            ::autotune::__private::Duration::new(300, 0),
        ),
        cache_expiration: ::autotune::__private::Some(
            ::autotune::__private::Duration::new(3600, 0),
        ),
        source_hash: 0xc1e061087c8939f4,
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
            use ::autotune::__private::options::{
                name as _, version as _, tags as _, task_run_name as _, retries as _,
                retry_delay as _, retry_jitter_factor as _, retry_condition as _,
                timeout as _, cache_key as _, cache_expiration as _,
            };
        }
    };
    #[allow(clippy::used_underscore_binding)]
    let __autotune_key = {
        #[allow(unused_variables)]
        let url = url;
        #[allow(unused_variables)]
        let token = &::autotune::__private::SecretParameter;
        #[allow(unused_variables)]
        let days = &days;
        ::autotune::__private::template_key(
            &__AUTOTUNE_DEFINITION,
            ::core::format_args!("{url}_{days}"),
        )
    };
    #[allow(clippy::used_underscore_binding)]
    let __autotune_name = if ::autotune::__private::observed() {
        #[allow(unused_variables)]
        let url = url;
        #[allow(unused_variables)]
        let token = &::autotune::__private::SecretParameter;
        #[allow(unused_variables)]
        let days = &days;
        ::autotune::__private::Some(::autotune::__private::format!("load-{url}"))
    } else {
        ::autotune::__private::None
    };
    ::autotune::__private::stub_arguments! {
        url : (& str), token : (& str), days : (u32),
    }
    let __autotune_start = move || {
        let url = ::autotune::__private::clone_argument(&url);
        let token = ::autotune::__private::clone_argument(&token);
        let days = ::autotune::__private::clone_argument(&days);
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
                let __autotune_return: Result<Data, Error> = loop {};
                return __autotune_return;
            }
            #[allow(unused_variables)]
            let url = url;
            let token = token;
            #[allow(unused_variables)]
            let mut days = days;
            #[allow(unused_braces)] { fetch(url, token, days).await }
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
        __autotune_ops.interrupt = ::autotune::__private::Some(
            ::autotune::__private::interrupts(__autotune_probe),
        );
        __autotune_ops.retry_condition = ::autotune::__private::Some(|__autotune_out| ::autotune::__private::error_matches(
            ::autotune::__private::Probe::new(),
            __autotune_out,
            |error| error.is_transient(),
        ));
        let __autotune_part = {
            #[allow(unused_imports)]
            use ::autotune::__private::{CachePlain as _, CacheResult as _};
            (&__autotune_probe).part()
        };
        __autotune_ops.cache = ::autotune::__private::Some(
            ::autotune::__private::cached(__autotune_part),
        );
        ::autotune::__private::stub_output! {
            __autotune_ops : Result < Data, Error >
        }
        __autotune_ops
    };
    let __autotune_body = ::autotune::__private::Many::new(
        __autotune_start,
        __autotune_ops,
    );
    ::autotune::__private::keyed_task_call(
            &__AUTOTUNE_DEFINITION,
            __autotune_body,
            __autotune_key,
        )
        .with_run_name(__autotune_name)
}
