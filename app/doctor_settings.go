package app

import (
	"os"
	"slices"
	"strings"

	"magpie/config"
)

const seeExample = ".env.example says what each key means; put it right there and start again"

// settings tells each fault under its key.
func (c *Checkup) settings(err error) {
	if err == nil {
		c.ok("settings", "every setting can be read")
		return
	}
	byKey := map[string][]string{}
	var keys []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		key, _, _ := strings.Cut(line, " ")
		if byKey[key] == nil {
			keys = append(keys, key)
		}
		byKey[key] = append(byKey[key], line)
	}
	for _, key := range keys {
		c.fail("settings "+key, seeExample, "%s", strings.Join(byKey[key], "; "))
	}
}

// ours are how the keys of magpie's settings begin: what else stands in the environment is
// somebody else's.
var ours = []string{"SLACK_", "WECHAT_", "OPENAI_", "APPROV", "SCHEDULE_", "COMMANDS_"}

// strangeKeys names what nothing reads, in the file and in the environment.
func (c *Checkup) strangeKeys(file config.EnvFile, env func(string) string) {
	strange := file.Strange()
	known := config.Known(env)
	for _, pair := range os.Environ() {
		key, _, _ := strings.Cut(pair, "=")
		isOurs := slices.ContainsFunc(ours, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		if isOurs && !slices.Contains(known, key) {
			strange = append(strange, config.StrangeKey{Key: key, Meant: config.Nearest(key, known)})
		}
	}
	if len(strange) == 0 {
		c.ok("keys", "every key is known")
	}
	for _, s := range strange {
		do := "take it out, or look in .env.example how it is called"
		if s.Meant != "" {
			do = "did you mean " + s.Meant + "?"
		}
		if s.Line > 0 {
			c.warn("keys "+s.Key, do, "nothing reads %s (%s line %d)", s.Key, file.Name, s.Line)
		} else {
			c.warn("keys "+s.Key, do, "nothing reads %s of the environment", s.Key)
		}
	}
}

// combinations are settings that are each in order and cannot work together.
func (c *Checkup) combinations(cfg config.Config, rules rules, env func(string) string) {
	before := len(c.Checks)
	people := slices.Concat(cfg.Admins, cfg.Approvers)
	slices.Sort(people)
	people = slices.Compact(people)
	isGroup := func(id string) bool { return strings.HasPrefix(id, "S") }
	switch {
	case len(people) == 1 && !isGroup(people[0]):
		c.fail("combination approvers", "name a second person in APPROVERS or ADMINS, or a user group", "%s alone may approve, and nobody approves their own requests", people[0])
	case len(people) > 1 && !slices.ContainsFunc(people, isGroup):
		if most := rules.policy.Most(); most > len(people)-1 {
			c.warn("combination approvals", "name more people in APPROVERS, or ask for fewer in APPROVALS", "APPROVALS asks for %d approvers, and %d may approve what another of them asks", most, len(people)-1)
		}
	}
	if cfg.HTTPAddr == "" && cfg.PublicURL != "" {
		c.warn("combination public_url", "set HTTP_ADDR, or take PUBLIC_URL out", "PUBLIC_URL is set, and without HTTP_ADDR nothing is served there")
	}
	if env("SLACK_APP_TOKEN") != "" && env("SLACK_SIGNING_SECRET") != "" {
		c.ok("combination slack", "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: Socket Mode is used")
	}
	if len(c.Checks) == before {
		c.ok("combinations", "the settings fit together")
	}
}
