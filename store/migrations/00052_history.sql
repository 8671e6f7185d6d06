-- +goose Up
-- What a start and a list look for is found however much history there is.
create index request_account_state on request (account, state, n);
create index request_asked_at on request (account, asked_at);
create index schedule_version_alive on schedule (version) where state not in ('removed', 'ended');
create index schedule_pending_alive on schedule (pending) where state not in ('removed', 'ended');
create index schedule_nobodys on schedule (id) where account = '';
create index audience_version_nobodys on audience_version (version) where account = '';
create index journal_nobodys on journal (id) where account = '' and room = 'audience';
create index post_drawing on post (id) where drawing_until > 0;

-- +goose Down
drop index post_drawing;
drop index journal_nobodys;
drop index audience_version_nobodys;
drop index schedule_nobodys;
drop index schedule_pending_alive;
drop index schedule_version_alive;
drop index request_asked_at;
drop index request_account_state;
