//! Listens, and serves connections until it is stopped.

use crate::error::ServeError;
use crate::guard::Guard;
use crate::http::serve;
use crate::limits;
use crate::networks::Networks;
use crate::routes::Routes;
use crate::runs::{Followers, Table};
use crate::token::Token;
use crate::writing::Pool;
use charnn_infer::start_threads;
use charnn_message::Language;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Threads that read and write connections. They wait most of the time.
const THREADS: usize = 2;
/// Threads for reading files and networks.
const BLOCKING: usize = 8;

/// What a server serves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of all runs. It need not exist yet.
    pub root: PathBuf,
    /// Where to listen. Port 0 is one that is free.
    pub address: SocketAddr,
    /// The language of the page.
    pub language: Language,
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    options: Options,
    listener: TcpListener,
    address: SocketAddr,
    token: Token,
    stop: watch::Sender<bool>,
}

/// Stops a server from any thread.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// Makes [`Server::run`] return soon: requests that are being answered get a few seconds to end.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Listens. Connections are accepted by [`Server::run`].
    ///
    /// # Errors
    /// When the address cannot be used, or the system has no random numbers.
    pub fn bind(options: Options) -> Result<Self, ServeError> {
        let address = options.address;
        let failed = |source| ServeError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let token = Token::random().map_err(|source| ServeError::System { source })?;
        let (stop, _) = watch::channel(false);
        Ok(Self { options, listener, address, token, stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What clients must know.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The address of the page, with the token behind `#`, which browsers keep to themselves.
    pub fn url(&self) -> String {
        let ip = self.address.ip();
        let host = match ip {
            ip if ip.is_unspecified() => "localhost".to_owned(),
            std::net::IpAddr::V4(ip) => ip.to_string(),
            std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        };
        format!("http://{host}:{}/#token={}", self.address.port(), self.token.as_str())
    }

    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }

    /// Serves until it is stopped by [`Stopper::stop`], Ctrl-C or SIGTERM.
    ///
    /// # Errors
    /// When the system starts no threads.
    pub fn run(self) -> Result<(), ServeError> {
        start_threads()?;
        let system = |source| ServeError::System { source };
        let pool = Pool::start().map_err(system)?;
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.worker_threads(THREADS).max_blocking_threads(BLOCKING).enable_all();
        let runtime = runtime.build().map_err(system)?;
        let ended = runtime.block_on(self.serve(pool));
        // Work that is still going on does not keep the program.
        runtime.shutdown_background();
        ended.map_err(system)
    }

    async fn serve(self, pool: Pool) -> std::io::Result<()> {
        let Self { options, listener, address, token, stop } = self;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let table = Arc::new(Table::new(options.root));
        let routes = Arc::new(Routes {
            guard: Guard::new(address, token),
            networks: Networks::new(Arc::clone(&table), options.language),
            table,
            pool,
            followers: Followers::new(stop.subscribe()),
            language: options.language,
        });
        let places = Arc::new(Semaphore::new(limits::CONNECTIONS));
        let mut stopped = stop.subscribe();
        let signals = signals();
        tokio::pin!(signals);
        let room = Arc::new(Notify::new());
        while !*stopped.borrow() {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut signals => break,
                _ = stopped.changed() => break,
            };
            let Ok((socket, _)) = accepted else {
                sleep(std::time::Duration::from_millis(50)).await; // too many open files
                continue;
            };
            let place = tokio::select! {
                place = place(&places, &room) => place,
                () = &mut signals => break,
                _ = stopped.changed() => break,
            };
            let (routes, stopped) = (Arc::clone(&routes), stop.subscribe());
            let (all, room) = (Arc::clone(&places), Arc::clone(&room));
            tokio::spawn(async move {
                let crowded = || all.available_permits() == 0;
                serve(socket, &*routes, stopped, crowded, &room).await;
                drop(place);
            });
        }
        drop(listener);
        stop.send_replace(true);
        let most = u32::try_from(limits::CONNECTIONS).expect("a few hundred");
        let _ = timeout(limits::ENDING, places.acquire_many(most)).await;
        Ok(())
    }
}

/// A place for a connection. When all are taken, connections that wait for a request make room.
async fn place(places: &Arc<Semaphore>, room: &Notify) -> Option<OwnedSemaphorePermit> {
    loop {
        let wait = timeout(limits::ROOM, Arc::clone(places).acquire_owned());
        match wait.await {
            Ok(place) => return place.ok(),
            Err(_) => room.notify_waiters(),
        }
    }
}

/// Waits for Ctrl-C, or on Unix for SIGTERM. Where the system does not report them, they end the process.
async fn signals() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}
