//! A Nightscout in the test's own process, as far as profiles go, which ends
//! connections when it likes.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use autotune_tasks::nightscout::{Address, Client, Credentials};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

/// How the server takes a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Stores,
    /// The connection ends without an answer, after storing.
    CutsOffAfter,
    /// The connection ends in the middle of the answer, after storing.
    CutsOffWithin,
    /// The connection ends without an answer, and nothing is stored.
    CutsOffBefore,
    /// 500, and nothing is stored.
    Fails,
    /// 401, as for a token that may only read.
    Refuses,
    /// 307 to another server.
    Redirects,
}

pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    manner: Manner,
    records: Mutex<Vec<Value>>,
    requests: Mutex<Vec<String>>,
}

impl Server {
    pub(crate) async fn start(manner: Manner, record: Value) -> Self {
        let shared = Shared { manner, records: Mutex::new(vec![record]), requests: Mutex::default() };
        let shared = Arc::new(shared);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                tokio::spawn(async move { shared.converse(&stream).await });
            }
        });
        Self { address, shared }
    }

    pub(crate) fn access(&self) -> (Address, Credentials) {
        let address = Address::parse(&format!("http://{}", self.address)).expect("an address");
        (address, Credentials::parse("autotune-test-secret-123").expect("a secret"))
    }

    pub(crate) fn client(&self) -> Client {
        let (address, credentials) = self.access();
        Client::new(address, credentials).expect("a client")
    }

    pub(crate) fn records(&self) -> Vec<Value> {
        self.shared.records.lock().expect("no panic").clone()
    }

    pub(crate) fn writes(&self) -> usize {
        let requests = self.shared.requests.lock().expect("no panic");
        assert!(
            requests.iter().all(|line| line.starts_with("GET ") || line.starts_with("POST ")),
            "{requests:?}"
        );
        requests.iter().filter(|line| line.starts_with("POST ")).count()
    }
}

impl Shared {
    /// Answers requests on one connection, until one of both ends it.
    async fn converse(&self, stream: &TcpStream) {
        while let Some((line, body)) = request(stream).await {
            self.requests.lock().expect("no panic").push(line.clone());
            let answer = if line.starts_with("POST /api/v1/profile ") {
                self.write(&body)
            } else {
                Some(self.read(&line))
            };
            let Some(answer) = answer else { return };
            send(stream, &answer).await;
            if answer.ends_with("...") {
                return;
            }
        }
    }

    fn read(&self, line: &str) -> String {
        if line.starts_with("GET /api/v1/treatments.json?") {
            return answer("200 OK", &json!([]));
        }
        assert!(line.starts_with("GET /api/v1/profile.json?"), "{line}");
        answer("200 OK", &json!(*self.records.lock().expect("no panic")))
    }

    /// The answer to a write; `None` ends the connection.
    fn write(&self, body: &str) -> Option<String> {
        let refused = json!({ "status": 401, "message": "Unauthorized", "description": "Invalid/Missing" });
        match self.manner {
            Manner::CutsOffBefore => return None,
            Manner::Fails => return Some(answer("500 Internal Server Error", &json!({ "status": 500 }))),
            Manner::Refuses => return Some(answer("401 Unauthorized", &refused)),
            Manner::Redirects => {
                let moved = "HTTP/1.1 307 Temporary Redirect\r\nlocation: https://127.0.0.1:9/\r\n";
                return Some(format!("{moved}content-length: 0\r\n\r\n"));
            }
            Manner::Stores | Manner::CutsOffAfter | Manner::CutsOffWithin => (),
        }
        let mut record: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(record.get("_id"), None);
        record["_id"] = json!("6b03d46f412e5e6a27df21aa");
        // As version 0.12 does it.
        record["created_at"] = json!("2024-05-20T10:11:12.999Z");
        self.records.lock().expect("no panic").insert(0, record.clone());
        match self.manner {
            Manner::CutsOffAfter => None,
            Manner::CutsOffWithin => {
                let whole = answer("200 OK", &json!([record]));
                Some(format!("{}...", whole.get(..whole.len() / 2).expect("half of it")))
            }
            _ => Some(answer("200 OK", &json!([record]))),
        }
    }
}

fn answer(status: &str, body: &Value) -> String {
    let body = body.to_string();
    let kind = "content-type: application/json; charset=utf-8";
    format!("HTTP/1.1 {status}\r\n{kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// The first line of a request, and its body.
async fn request(stream: &TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_lowercase()
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some((head.lines().next()?.to_owned(), body.to_owned()));
            }
        }
        stream.readable().await.ok()?;
        let mut part = [0; 4096];
        match stream.try_read(&mut part) {
            Ok(0) => return None,
            Ok(length) => bytes.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => (),
            Err(_) => return None,
        }
    }
}

async fn send(stream: &TcpStream, answer: &str) {
    let mut rest = answer.as_bytes();
    while !rest.is_empty() && stream.writable().await.is_ok() {
        match stream.try_write(rest) {
            Ok(length) => rest = &rest[length..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => (),
            Err(_) => return,
        }
    }
}
