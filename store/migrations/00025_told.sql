-- +goose Up
-- How what people were told of by themselves stood then: '' as it should.
create table told (
    what text primary key,
    state text not null,
    at bigint not null
);

-- +goose Down
drop table told;
