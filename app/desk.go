package app

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"

	"magpie/articles"
	"magpie/bot"
	"magpie/config"
)

// newDesk furnishes the desk at which articles are written: what its settings name is
// read here, once.
func newDesk(cfg config.Config, h *house, files *bot.Files, log *slog.Logger) (*articles.Desk, error) {
	var faults []error
	fault := func(key string, err error) {
		if err != nil {
			faults = append(faults, fmt.Errorf("%s %w", key, err))
		}
	}
	read := func(key, path string) []byte {
		if path == "" {
			return nil
		}
		data, err := os.ReadFile(path)
		fault(key, err)
		return data
	}
	price, err := articles.ParsePrice(cfg.OpenAIPrice)
	fault("OPENAI_PRICE", err)
	words, err := articles.ParseWords(bytes.NewReader(read("BANNED_WORDS", cfg.BannedWords)))
	fault("BANNED_WORDS", err)
	style, font := read("ARTICLE_STYLE", cfg.ArticleStyle), read("COVER_FONT", cfg.CoverFont)
	if font != nil {
		fault("COVER_FONT", articles.ParseFont(font))
	}
	browser, err := findBrowser(cfg.Chromium)
	fault("CHROMIUM", err)
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return articles.New(articles.Options{
		DB: h.db, Jobs: h.jobs, Outbox: h.outbox, Posts: h.posts, Files: files, WeChat: h.accounts,
		Writer: articles.WriterOptions{Key: cfg.OpenAIKey, BaseURL: cfg.OpenAIURL, Model: cfg.OpenAIModel, Silence: cfg.OpenAITimeout, Price: price},
		Style:  string(style), Words: words, Font: font, PreviewTTL: cfg.PreviewTTL, PublicURL: publicURL(cfg, h.listener),
		Browser: browser, ImageMemory: cfg.ImageMemory, Language: cfg.Language, Now: h.now, Log: log,
	}), nil
}

// publicURL is how links begin: as it was set, or where pages are served.
func publicURL(cfg config.Config, listener net.Listener) string {
	if cfg.PublicURL != "" || listener == nil {
		return cfg.PublicURL
	}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// findBrowser finds a Chromium by its path, or by the names it goes under; "" where
// there is none.
func findBrowser(path string) (string, error) {
	switch path {
	case "off":
		return "", nil
	case "":
		for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
			if found, err := exec.LookPath(name); err == nil {
				return found, nil
			}
		}
		return "", nil
	}
	return exec.LookPath(path)
}
