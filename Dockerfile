# syntax=docker/dockerfile:1

# The web app. Node stays in this stage.
FROM node:20-bookworm-slim AS app
WORKDIR /safehall/app
COPY app/package.json app/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY proto ../proto
COPY app ./
RUN npm run build

# The server, with the app inside.
FROM rust:1.95-slim-bookworm AS server
WORKDIR /safehall
COPY . .
COPY --from=app /safehall/app/dist app/dist
RUN cargo build --locked --release --package safehall-server \
    && install -D target/release/safehall /out/usr/local/bin/safehall \
    && install -d -o 65532 -g 65532 -m 0700 /out/data \
    && cp -r events /out/events

# glibc, certificates and time zones; no shell, no package manager. Runs as 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=server --chown=65532:65532 /out/data /data
COPY --from=server /out/events /events
COPY --from=server /out/usr/local/bin/safehall /usr/local/bin/safehall
ENV SAFEHALL_DATA=/data SAFEHALL_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s --retries=3 \
    CMD ["/usr/local/bin/safehall", "health", "--url", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/usr/local/bin/safehall"]
CMD ["serve"]
