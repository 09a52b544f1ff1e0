#[doc(hidden)]
#[allow(non_upper_case_globals)]
static __AUTOTUNE_nightly__in_an_impl_write_flow_assoc: ::autotune::__private::Definition = ::autotune::__private::Definition {
    name: "nightly",
    function: "nightly",
    module: ::core::module_path!(),
    file: ::core::file!(),
    line: ::core::line!(),
    description: "Every night.",
    parameters: &[
        ::autotune::__private::Parameter {
            name: "url",
            type_name: "&str",
            secret: false,
        },
        ::autotune::__private::Parameter {
            name: "days",
            type_name: "u32",
            secret: false,
        },
        ::autotune::__private::Parameter {
            name: "pool",
            type_name: "&Pool",
            secret: false,
        },
        ::autotune::__private::Parameter {
            name: "token",
            type_name: "String",
            secret: true,
        },
    ],
    timeout: ::autotune::__private::Some(::autotune::__private::Duration::new(3600, 0)),
    source_hash: 0x4dc7c3dbfb763946,
    ..::autotune::__private::Definition::FLOW
};
/// Every night.
#[doc(hidden)]
#[allow(
    missing_debug_implementations,
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::pedantic
)]
#[derive(
    ::autotune::__private::serde::Deserialize,
    ::autotune::__private::schemars::JsonSchema
)]
#[serde(crate = "::autotune::__private::serde", deny_unknown_fields)]
#[schemars(crate = "::autotune::__private::schemars", title = "nightly")]
pub struct __nightlyParameters<
    __P0 = ::autotune::__private::String,
    __P2 = Pool,
    __P3 = String,
> {
    /// Where Nightscout is.
    pub url: __P0,
    #[garde(range(min = 1, max = 30))]
    #[serde(default = "seven")]
    pub days: u32,
    pub pool: __P2,
    #[schemars(extend("writeOnly" = true))]
    pub token: __P3,
}
#[allow(deprecated, clippy::used_underscore_binding)]
impl ::autotune::__private::FlowParameters for __nightlyParameters {
    const DEFINITION: &'static ::autotune::__private::Definition = &__AUTOTUNE_nightly__in_an_impl_write_flow_assoc;
    fn start(
        self,
        __autotune_options: ::autotune::__private::StartOptions,
    ) -> ::autotune::__private::FlowRun {
        let Self { url, days, pool, token } = self;
        ::autotune::__private::Box::pin(async move {
            let __autotune_call = nightly(&url, days, &pool, token);
            let __autotune_state = __autotune_call
                .with_options(__autotune_options)
                .state()
                .await;
            #[allow(unused_imports)]
            use ::autotune::__private::{
                OutputOpaqueJson as _, OutputOpaqueText as _, OutputPlainJson as _,
                OutputPlainText as _, OutputResultJson as _, OutputResultText as _,
            };
            ::autotune::__private::outcome(
                &__autotune_state,
                |__autotune_out| {
                    (&&&::autotune::__private::probe_value(__autotune_out))
                        .json(__autotune_out)
                },
                |__autotune_out| {
                    (&&&::autotune::__private::probe_value(__autotune_out))
                        .text(__autotune_out)
                },
            )
        })
    }
}
::autotune::__private::inventory::submit! {
    ::autotune::__private::RegisteredFlow { definition : &
    __AUTOTUNE_nightly__in_an_impl_write_flow_assoc, entry : || {
    #[allow(unused_imports)] use ::autotune::__private:: { EntryRefused as _,
    EntryStartable as _, FieldFromJson as _, FieldNotFromJson as _, }; (&
    ::autotune::__private::EntryOf:: < __nightlyParameters > ::new()).entry(&
    [::autotune::__private::Field { name : "url", type_name : "&str", from_json : (&
    ::autotune::__private::Probe:: < ::autotune::__private::String > ::new())
    .reads_json(), }, ::autotune::__private::Field { name : "days", type_name : "u32",
    from_json : (& ::autotune::__private::Probe:: < u32 > ::new()).reads_json(), },
    ::autotune::__private::Field { name : "pool", type_name : "&Pool", from_json : (&
    ::autotune::__private::Probe:: < Pool > ::new()).reads_json(), },
    ::autotune::__private::Field { name : "token", type_name : "String", from_json : (&
    ::autotune::__private::Probe:: < String > ::new()).reads_json(), }]) }, }
}
/// Every night.
#[inline]
#[allow(
    refining_impl_trait,
    clippy::async_yields_async,
    clippy::double_must_use,
    clippy::manual_async_fn,
    clippy::type_complexity
)]
pub fn nightly(
    url: &str,
    days: u32,
    pool: &Pool,
    token: String,
) -> ::autotune::__private::FlowCall<
    impl ::autotune::__private::TaskBody<
        Fut = impl ::autotune::__private::Future<Output = anyhow::Result<Report>>,
    >,
    __nightlyParameters,
> {
    #[allow(unexpected_cfgs)]
    const _: () = {
        #[cfg(rust_analyzer)]
        {
            #[allow(unused_imports)]
            use ::autotune::__private::options::timeout as _;
        }
    };
    #[allow(clippy::used_underscore_binding)]
    let __autotune_invalid = (|| -> ::autotune::__private::Result<
        (),
        ::autotune::__private::InvalidParameters,
    > {
        ::autotune::__private::check(
            "days",
            ::autotune::__private::garde::rules::range::apply(
                &days,
                (::autotune::__private::Some(1), ::autotune::__private::Some(30)),
            ),
        )?;
        ::autotune::__private::Ok(())
    })()
        .err();
    #[allow(clippy::used_underscore_binding)]
    let __autotune_parameters = if ::autotune::__private::recording() {
        ::autotune::__private::Some(
            ::autotune::__private::parameters([
                (
                    "url",
                    {
                        #[allow(unused_imports)]
                        use ::autotune::__private::{
                            CaptureDebug as _, CaptureJson as _, CaptureName as _,
                        };
                        (&&&::autotune::__private::Captured(&url)).capture()
                    },
                ),
                (
                    "days",
                    {
                        #[allow(unused_imports)]
                        use ::autotune::__private::{
                            CaptureDebug as _, CaptureJson as _, CaptureName as _,
                        };
                        (&&&::autotune::__private::Captured(&days)).capture()
                    },
                ),
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
                ("token", ::autotune::__private::redacted()),
            ]),
        )
    } else {
        ::autotune::__private::None
    };
    ::autotune::__private::stub_arguments! {
        url : (& str), days : (u32), pool : (& Pool), token : (String),
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
                let __autotune_return: anyhow::Result<Report> = loop {};
                return __autotune_return;
            }
            let url = url;
            let days = days;
            let pool = pool;
            let token = token;
            #[allow(unused_braces)] { analyse(url, days).await }
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
        __autotune_ops.interrupt = ::autotune::__private::Some(
            ::autotune::__private::interrupts(__autotune_probe),
        );
        ::autotune::__private::stub_output! {
            __autotune_ops : anyhow::Result < Report >
        }
        __autotune_ops
    };
    let __autotune_body = ::autotune::__private::Once::new(
        __autotune_start,
        __autotune_ops,
    );
    ::autotune::__private::flow_call(
            &__AUTOTUNE_nightly__in_an_impl_write_flow_assoc,
            __autotune_body,
        )
        .with_invalid(__autotune_invalid)
        .with_parameters(__autotune_parameters)
}
