# magpie without cgo on a small system. Pictures of article previews need Chromium and
# Chinese fonts: add chromium and font-noto-cjk to the packages for them.
FROM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /magpie .

FROM alpine:3.22
RUN apk add --no-cache ca-certificates tzdata && adduser -D magpie
COPY --from=build /magpie /usr/local/bin/magpie
USER magpie
WORKDIR /home/magpie
ENTRYPOINT ["magpie"]
