package app

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"magpie/bot"
	"magpie/config"
)

// slackAway names what only Slack could tell.
func (c *Checkup) slackAway() {
	const do = "see to slack first"
	c.warn("scopes", do, "which scopes were granted cannot be read")
	c.warn("clock slack", do, "Slack does not tell its time")
}

// slack asks Slack about the app.
func (c *Checkup) slack(ctx context.Context, cfg config.Config, rules rules) {
	if cfg.SlackBotToken == "" {
		c.fail("slack", "set SLACK_BOT_TOKEN", "there is no bot token to ask with")
		c.slackAway()
		return
	}
	voices := rules.policy.Named()
	groups, _ := slackIDs(slices.Concat(cfg.Admins, cfg.Approvers, cfg.Senders, voices))
	var channels []string
	if cfg.ApprovalsChannel != "" {
		channels = []string{cfg.ApprovalsChannel}
	}
	e := bot.Examine(ctx, cfg.SlackBotToken, cfg.SlackAppToken, cfg.SlackAPIURL, groups, channels)
	if e.TokenErr != nil {
		c.fail("slack", "copy the bot token from OAuth & Permissions to SLACK_BOT_TOKEN, and see whether this machine reaches Slack", "the bot token is not taken: %s", e.TokenErr)
		c.slackAway()
		return
	}
	c.ok("slack", "%s, as %s", e.Team, e.Bot)
	c.clock("slack", e.Ahead)
	switch {
	case e.AppTokenErr != nil:
		c.fail("slack socket", "make an app-level token with connections:write (Basic Information) for SLACK_APP_TOKEN", "no socket can be opened: %s", e.AppTokenErr)
	case cfg.SlackAppToken != "":
		c.ok("slack socket", "a socket can be opened")
	}
	const reinstall = "paste the manifest (magpie manifest) into the app again, and install it to the workspace anew"
	needed, optional := e.Missing()
	switch {
	case e.Scopes == nil:
		c.warn("scopes", "look at OAuth & Permissions", "Slack does not say which scopes were granted")
	case len(needed) > 0:
		c.fail("scopes", reinstall, "these are missing: %s", strings.Join(needed, ", "))
	case len(optional) > 0:
		c.warn("scopes", reinstall, "some commands need these, too: %s", strings.Join(optional, ", "))
	default:
		c.ok("scopes", "all %d of the manifest were granted", len(e.Scopes))
	}
	if e.Scopes != nil {
		if slices.Contains(e.Scopes, "commands") {
			c.ok("slack command", "slash commands are granted; %s is the one that magpie hears", cfg.SlackCommand)
		} else {
			c.fail("slack command", reinstall, "%s cannot be said: slash commands were not granted", cfg.SlackCommand)
		}
	}
	for _, id := range groups {
		if err := e.Groups[id]; errors.Is(err, bot.ErrEmptyGroup) && slices.Contains(voices, id) {
			c.fail("slack group "+id, "add people to the group, or change APPROVALS", "nobody is in it, and APPROVALS needs a voice of it: %s", strings.Join(rules.policy.Asking(id), ", "))
		} else if err != nil {
			c.fail("slack group "+id, "look whether the group is there, not disabled, and has members", "its members cannot be read: %s", err)
		} else {
			c.ok("slack group "+id, "its members can be read")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(e.Channels)) {
		c.fail("slack channel "+id, "invite the bot there, or set APPROVALS_CHANNEL to another id", "it cannot be read: %s", e.Channels[id])
	}
	if e.BlocksErr != nil {
		c.warn("slack blocks", "tell magpie's makers", "Slack does not take a card's blocks: %s", e.BlocksErr)
	} else {
		c.ok("slack blocks", "Slack takes a card's blocks")
	}
}
