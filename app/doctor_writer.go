package app

import (
	"context"
	"os/exec"
	"strings"
	"time"

	"magpie/articles"
	"magpie/config"
)

// writer has the service answer a word.
func (c *Checkup) writer(ctx context.Context, cfg config.Config, f furniture) {
	if cfg.OpenAIModel == "" {
		c.ok("writer", "none is set: articles are imported, not written")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err := articles.TryWriter(ctx, articles.WriterOptions{Key: cfg.OpenAIKey, BaseURL: cfg.OpenAIURL, Model: cfg.OpenAIModel, Silence: min(cfg.OpenAITimeout, 15*time.Second), Price: f.price})
	if err != nil {
		c.fail("writer", "check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL, and whether this machine reaches the service", "%s at %s does not write: %s", cfg.OpenAIModel, cfg.OpenAIURL, err)
		return
	}
	c.ok("writer", "%s answers", cfg.OpenAIModel)
}

// pictures looks for what takes pictures of previews, and for letters to write them with.
func (c *Checkup) pictures(ctx context.Context, f furniture) {
	if f.browser == "" {
		c.warn("chromium", "install Chromium, or set CHROMIUM to its path; CHROMIUM=off where none is wanted", "there is none: previews have a page and no picture")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	said, err := exec.CommandContext(ctx, f.browser, "--version").Output()
	if err != nil {
		c.warn("chromium", "run it by hand and see what it lacks", "%s does not start: %s", f.browser, err)
		return
	}
	c.ok("chromium", "%s", strings.TrimSpace(string(said)))
	switch fonts, err := exec.CommandContext(ctx, "fc-list", ":lang=zh-cn", "family").Output(); {
	case err != nil:
		c.warn("fonts", "look at the picture of a preview", "the fonts cannot be listed: %s", err)
	case len(strings.TrimSpace(string(fonts))) == 0:
		c.warn("fonts", "install a Chinese font, such as fonts-noto-cjk", "there is no Chinese one: pictures would have boxes for letters")
	default:
		c.ok("fonts", "%d Chinese ones", strings.Count(strings.TrimSpace(string(fonts)), "\n")+1)
	}
}
