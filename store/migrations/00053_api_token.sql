-- +goose Up
-- What other programs say lines with; hash is the SHA-256 of the token, which is nowhere.
create table api_token (
    name text primary key,
    owner text not null,
    hash text not null unique,
    made_at bigint not null
);

-- +goose Down
drop table api_token;
