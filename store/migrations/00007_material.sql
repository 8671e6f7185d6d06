-- +goose Up

-- A file on its way into WeChat's library, by the hash that was approved.
create table material_file (
    sha256 text primary key,
    data bytea not null,
    at bigint not null
);
create index material_file_at on material_file (at);

-- +goose Down
drop table material_file;
