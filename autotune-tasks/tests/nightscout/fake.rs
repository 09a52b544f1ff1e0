//! A Nightscout in this process: it keeps what it is given, answers as versions 0.12
//! and 15 do, and misbehaves when it is told to.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Response, Uri},
};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::week::HASHED_SECRET;

/// An access token that may read and nothing else.
pub(crate) const READER: &str = "reader-0123456789abcdef";
const READERS_JWT: &str = "jwt.of.reader";
/// A port may be given out again, and results are kept by address: each server has
/// a path of its own.
static SITES: AtomicUsize = AtomicUsize::new(0);

/// The server; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Fake {
    address: String,
    inner: Arc<Mutex<Inner>>,
    serving: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Inner {
    entries: Vec<Value>,
    treatments: Vec<Value>,
    profiles: Vec<Value>,
    /// What is answered to the next requests, whatever they ask for.
    script: VecDeque<Answer>,
    /// What is answered to all requests once the script is over.
    always: Option<Answer>,
    /// The most records it gives, whatever is asked for.
    most: Option<usize>,
    seen: Vec<Seen>,
}

/// An answer as it goes over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) delay: Duration,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
}

impl Answer {
    pub(crate) fn new(status: u16, kind: &str, body: impl Into<String>) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self { status, headers, body: body.into(), delay: Duration::ZERO }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let site = format!("/site{}", SITES.fetch_add(1, Ordering::Relaxed));
        let address = format!("http://{}{site}", listener.local_addr().expect("an address"));
        let inner = Arc::<Mutex<Inner>>::default();
        let router = Router::new().nest(&site, Router::new().fallback(answer)).with_state(Arc::clone(&inner));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { address, inner, serving }
    }

    /// A server that answers everything in the same way.
    pub(crate) async fn always(answer: Answer) -> Self {
        let fake = Self::start().await;
        lock(&fake.inner).always = Some(answer);
        fake
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The next requests get these answers.
    pub(crate) fn next(&self, answers: impl IntoIterator<Item = Answer>) {
        lock(&self.inner).script.extend(answers);
    }

    /// It gives so many records at the most, and says nothing of the rest.
    pub(crate) fn cut_short_at(&self, most: usize) {
        lock(&self.inner).most = Some(most);
    }

    /// The requests since this was asked last.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut lock(&self.inner).seen)
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Seen {
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

async fn answer(
    State(inner): State<Arc<Mutex<Inner>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let url = Url::parse(&format!("http://fake{uri}")).expect("a request has an address");
    let query = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let seen = Seen { method: method.to_string(), path: url.path().to_owned(), query, headers };
    let answer = {
        let mut inner = lock(&inner);
        inner.seen.push(seen.clone());
        let scripted = inner.script.pop_front().or_else(|| inner.always.clone());
        scripted.unwrap_or_else(|| inner.answer(&seen, &body))
    };
    tokio::time::sleep(answer.delay).await;
    let response =
        answer.headers.iter().fold(Response::builder().status(answer.status), |response, header| {
            response.header(header.0, &header.1)
        });
    response.body(Body::from(answer.body)).expect("an answer")
}

impl Inner {
    fn answer(&mut self, seen: &Seen, body: &[u8]) -> Answer {
        let unauthorized = Answer::json(
            401,
            &json!({ "status": 401, "message": "Unauthorized", "description": "Invalid/Missing" }),
        );
        if let Some(token) = seen.path.strip_prefix("/api/v2/authorization/request/") {
            let granted = json!({ "token": READERS_JWT, "sub": "reader", "iat": 0, "exp": 3600 });
            return if token == READER { Answer::json(200, &granted) } else { unauthorized };
        }
        let is_admin = seen.header("api-secret") == Some(HASHED_SECRET);
        let is_reader = seen.header("authorization") == Some(&format!("Bearer {READERS_JWT}"));
        if !(is_admin || is_reader && seen.method == "GET") {
            return unauthorized;
        }
        let path = seen.path.trim_end_matches(".json");
        if seen.method == "POST" {
            return Answer::json(200, &self.store(path, body));
        }
        match path {
            "/api/v1/entries/sgv" => Answer::json(200, &self.find(&self.entries, seen, "date", 10)),
            "/api/v1/treatments" => Answer::json(200, &self.find(&self.treatments, seen, "created_at", 1000)),
            "/api/v1/profile" => Answer::json(200, &self.find(&self.profiles, seen, "startDate", 10)),
            _ => Answer::new(404, "text/html; charset=utf-8", "<!DOCTYPE html><pre>Cannot GET it</pre>"),
        }
    }

    fn store(&mut self, path: &str, body: &[u8]) -> Value {
        let json: Value = serde_json::from_slice(body).expect("uploads are JSON");
        let mut records = json.as_array().cloned().unwrap_or_else(|| vec![json]);
        let place = match path {
            "/api/v1/entries" => &mut self.entries,
            "/api/v1/treatments" => &mut self.treatments,
            _ => &mut self.profiles,
        };
        for record in &mut records {
            // As the real one, it keeps times of treatments in UTC.
            if let Some(created) =
                record["created_at"].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok())
            {
                record["created_at"] = json!(format!("{created:.3}"));
            }
            if record.get("_id").is_none() {
                record["_id"] = json!(format!("{:024x}", place.len()));
            }
            place.push(record.clone());
        }
        Value::Array(records)
    }

    /// The newest records that match, as many as are asked for.
    fn find(&self, records: &[Value], seen: &Seen, sorted_by: &str, usual_count: usize) -> Value {
        let matches = |record: &Value| {
            seen.query.iter().filter(|(name, _)| name.starts_with("find")).all(|(name, bound)| {
                let mut parts =
                    name.trim_end_matches(']').split('[').skip(1).map(|part| part.trim_end_matches(']'));
                let field = &record[parts.next().unwrap_or_default()];
                let order = match bound.parse::<f64>() {
                    Ok(bound) if field.is_number() => field.as_f64().map(|field| field.total_cmp(&bound)),
                    _ => field.as_str().map(|field| field.cmp(bound)),
                };
                order.is_some_and(|order| match parts.next() {
                    Some("$gte") => order.is_ge(),
                    Some("$lte") => order.is_le(),
                    _ => order.is_eq(),
                })
            })
        };
        let mut found: Vec<&Value> = records.iter().filter(|record| matches(record)).collect();
        let newer = |a: &&Value, b: &&Value| match (a[sorted_by].as_f64(), b[sorted_by].as_f64()) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            _ => b[sorted_by].as_str().cmp(&a[sorted_by].as_str()),
        };
        found.sort_by(newer);
        let count = seen.query("count").and_then(|count| count.parse().ok()).unwrap_or(usual_count);
        found.truncate(count.min(self.most.unwrap_or(usize::MAX)));
        json!(found)
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}
