package outbox

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// UseAccount has the lines of a channel be for an account, or for none in particular ("").
// It is an admin's, and on record. It refuses whoever is none.
func (o *people) UseAccount(ctx context.Context, p Press, account, title string) (Said, error) {
	entry := act{verb: "account_used", who: p.Who.ID, note: cards.T("act.account_used", "channel", cards.Channel(p.Where.Channel), "title", title)}
	if account == "" {
		entry = act{verb: "account_unused", who: p.Who.ID, note: cards.T("act.account_unused", "channel", cards.Channel(p.Where.Channel))}
	}
	return o.accept(ctx, p.Once, entry, func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		if err := o.Roles.May(p.Who, Admin); err != nil {
			return Said{}, err
		}
		if account == "" {
			was, err := tx.Exec(ctx, "delete from channel_account where channel = $1", p.Where.Channel)
			if err != nil {
				return Said{}, err
			}
			if was == 0 {
				return Said{}, cards.Refuse("fault.account_unused", "channel", cards.Channel(p.Where.Channel))
			}
			return Said{Text: cards.T("answer.account_unused", "channel", cards.Channel(p.Where.Channel))}, nil
		}
		_, err := tx.Exec(ctx, `insert into channel_account (channel, account, who, at) values ($1, $2, $3, $4)
			on conflict (channel) do update set account = excluded.account, who = excluded.who, at = excluded.at`, p.Where.Channel, account, p.Who.ID, store.Millis(o.Now()))
		return Said{Text: cards.T("answer.account_used", "channel", cards.Channel(p.Where.Channel), "title", title)}, err
	})
}

// AccountOf is the account that the lines of a channel are for; "" where that is not said.
func (o *people) AccountOf(ctx context.Context, channel string) (account string, err error) {
	err = o.DB.QueryRow(ctx, "select account from channel_account where channel = $1", channel).Scan(&account)
	if err != nil && !isNone(err) {
		return "", fmt.Errorf("read the account of channel %s: %w", channel, err)
	}
	return account, nil
}

// ChannelsOf are the channels whose lines are for an account.
func (o *people) ChannelsOf(ctx context.Context, account string) ([]string, error) {
	channels, err := store.Column[string](o.DB.Query(ctx, "select channel from channel_account where account = $1 order by channel", account))
	if err != nil {
		return nil, fmt.Errorf("read the channels of account %s: %w", account, err)
	}
	return channels, nil
}

// HasStrayChannels reports whether the lines of some channel are for an account that is not
// served.
func (o *people) HasStrayChannels(ctx context.Context) (bool, error) {
	served, args := o.Accounts.In("account", 1)
	var stray int
	if err := o.DB.QueryRow(ctx, "select count(*) from channel_account where not ("+served+")", args...).Scan(&stray); err != nil {
		return false, fmt.Errorf("look whose accounts channels have: %w", err)
	}
	return stray > 0, nil
}
