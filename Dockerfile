# magpie without cgo on a small system, as a user of its own; the database is in /data.
# Pictures of article previews, formulas and diagrams need Chromium and Chinese fonts:
# --build-arg PACKAGES="chromium font-noto-cjk" brings them.
ARG BUILD=golang:1.26-alpine
ARG BASE=alpine:3.22

FROM ${BUILD} AS build
# git stamps version and commit.
RUN apk add --no-cache git
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /magpie .

FROM ${BASE}
ARG PACKAGES=""
RUN [ -z "$PACKAGES" ] || apk add --no-cache $PACKAGES
RUN echo 'magpie:x:10001:10001::/data:/sbin/nologin' >>/etc/passwd && \
  mkdir -m 0700 /data && chown 10001:10001 /data
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /magpie /usr/local/bin/magpie
# By number, so that Kubernetes sees that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV HTTP_ADDR=:8080
EXPOSE 8080
# Alive. Whether it hears Slack and may write is asked at /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD host=${HTTP_ADDR%:*}; wget -qO /dev/null "http://${host:-127.0.0.1}:${HTTP_ADDR##*:}/healthz"
ENTRYPOINT ["magpie"]
