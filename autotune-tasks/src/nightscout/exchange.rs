//! A request and its answer: the only HTTP of this crate.
//!
//! What is no JSON list or object with a good status becomes an error here.
//! Redirects are not followed, and no answer is read without end.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
    redirect,
};
use rustls_platform_verifier::BuilderVerifierExt;
use serde_json::Value;

use super::{CredentialKind, NightscoutError, retry_after};

/// The longest wait that a server can ask for; a longer one is left to the caller.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often a server is waited for.
const MOST_WAITS: usize = 3;
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long an answer may take; old servers read slowly from full databases.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
/// The most that is read of one answer, in MiB.
const LARGEST_ANSWER: usize = 32;
const MIB: usize = 1024 * 1024;

/// The connections to one server.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    http: reqwest::Client,
}

/// What a request is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose {
    /// What should come.
    pub(super) what: &'static str,
    /// How the client is known to the server.
    pub(super) shown: CredentialKind,
}

impl Exchange {
    pub(super) fn new() -> Result<Self, NightscoutError> {
        let encryption =
            |error: &dyn std::fmt::Display| NightscoutError::Encryption { reason: error.to_string() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|error| encryption(&error))?
            .with_no_client_auth();
        let accept = HeaderMap::from_iter([(ACCEPT, "application/json".parse().expect("text is a header"))]);
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .default_headers(accept)
            .user_agent(concat!("autotune/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .build()
            .map_err(|error| encryption(&error.without_url()))?;
        Ok(Self { http })
    }

    pub(super) const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Reads, and waits for a busy server as long as it asks for.
    pub(super) async fn read(request: RequestBuilder, purpose: Purpose) -> Result<Value, NightscoutError> {
        let mut waits = 0;
        loop {
            let again = request.try_clone().expect("a request without a body can be repeated");
            match Self::once(again, purpose).await {
                Err(NightscoutError::Busy { wait: Some(wait), .. })
                    if wait <= LONGEST_WAIT && waits < MOST_WAITS =>
                {
                    waits += 1;
                    tokio::time::sleep(wait).await;
                }
                result => return result,
            }
        }
    }

    /// Sends a request, once.
    pub(super) async fn once(request: RequestBuilder, purpose: Purpose) -> Result<Value, NightscoutError> {
        let response = request.send().await.map_err(|error| failure(error, purpose))?;
        check(&response, purpose)?;
        let is_json = header(&response, CONTENT_TYPE).contains("json");
        let body = body(response, purpose).await?;
        if !is_json {
            return Err(NightscoutError::NotJson { what: purpose.what, found: kind_of_text(&body) });
        }
        serde_json::from_slice(&body).map_err(|error| NightscoutError::BrokenJson {
            what: purpose.what,
            line: error.line(),
            column: error.column(),
        })
    }
}

fn check(response: &Response, purpose: Purpose) -> Result<(), NightscoutError> {
    let (status, what) = (response.status(), purpose.what);
    let number = status.as_u16();
    Err(match status {
        StatusCode::OK | StatusCode::CREATED => return Ok(()),
        StatusCode::UNAUTHORIZED => NightscoutError::Unauthorized(purpose.shown),
        StatusCode::FORBIDDEN => NightscoutError::Forbidden,
        StatusCode::NOT_FOUND => NightscoutError::NotFound { what },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => NightscoutError::Busy {
            status: number,
            wait: retry_after::wait(response.headers(), Timestamp::now()),
        },
        status if status.is_redirection() => NightscoutError::Redirected { status: number },
        status if status.is_server_error() => NightscoutError::Server { status: number, what },
        _ => NightscoutError::Status { status: number, what },
    })
}

async fn body(mut response: Response, purpose: Purpose) -> Result<Vec<u8>, NightscoutError> {
    let too_large = NightscoutError::TooLarge { what: purpose.what, limit: LARGEST_ANSWER };
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| failure(error, purpose))? {
        if body.len() + part.len() > LARGEST_ANSWER * MIB {
            return Err(too_large);
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

fn failure(error: reqwest::Error, purpose: Purpose) -> NightscoutError {
    if error.is_timeout() {
        return NightscoutError::TimedOut { what: purpose.what };
    }
    if !error.is_connect() {
        return NightscoutError::BrokenOff { what: purpose.what };
    }
    // The innermost error is what the system says; those around it may show the address.
    let error = error.without_url();
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    NightscoutError::Unreachable { reason: innermost.to_string() }
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> &str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// What an answer is that is no JSON.
fn kind_of_text(body: &[u8]) -> &'static str {
    let start = String::from_utf8_lossy(body.get(..512).unwrap_or(body)).trim_start().to_lowercase();
    if start.is_empty() {
        "nothing at all"
    } else if start.starts_with('<') {
        "a web page"
    } else if start.contains('\t') {
        "a table of tab-separated text"
    } else {
        "plain text"
    }
}
