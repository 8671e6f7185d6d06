-- +goose Up
-- What a program's line was answered that it says once, by its key.
create table api_answer (
    once text primary key,
    request bigint not null, -- 0: none
    text text not null,
    at bigint not null
);
create index api_answer_at on api_answer (at);

-- +goose Down
drop table api_answer;
