package schedules

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// It is Sunday 22 November 2026, 10:00 in Shanghai.
func TestEverydayWords(t *testing.T) {
	t.Parallel()
	zone, err := ParseZone("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, zone)
	for words, want := range map[string]string{
		"0 9 * * 1-5": "0 9 * * 1-5", "*/15 9-18 * * *": "*/15 9-18 * * *", "@daily": "@daily", "０ ９ ＊ ＊ １": "0 9 * * 1", "0 9 1 jan mon": "0 9 1 jan mon", "TZ=0": "fault.spec_words",
		"every weekday at 9": "0 9 * * 1-5", "Every weekday at 9am": "0 9 * * 1-5", "weekdays at 18:30": "30 18 * * 1-5", "at 9 on weekdays": "0 9 * * 1-5", "every working day at 5:30 pm": "30 17 * * 1-5",
		"every day at 9:30": "30 9 * * *", "daily at noon": "0 12 * * *", "every day at midnight": "0 0 * * *", "every day 9:30": "30 9 * * *", "every day at 9 and 18": "0 9,18 * * *", "every day at 9:00, 12:00 and 18:00": "0 9,12,18 * * *",
		"every Monday at 18:00": "0 18 * * 1", "mondays and fridays at 9": "0 9 * * 1,5", "every tue, thu at 9:15": "15 9 * * 2,4", "every monday, wednesday and friday at 8 am": "0 8 * * 1,3,5", "every monday to thursday at 9": "0 9 * * 1,2,3,4", "every fri-sun at 10": "0 10 * * 0,5,6", "every Monday 9 o'clock": "0 9 * * 1",
		"every weekend at 10": "0 10 * * 0,6", "every month on the 1st at 10": "0 10 1 * *", "monthly on the 15th at 10:30": "30 10 15 * *", "on the 1st and 15th of every month at 10": "0 10 1,15 * *", "every month on day 3 at 9": "0 9 3 * *",
		"1st of every month at 9": "0 9 1 * *", "2nd and 15th of each month at 10": "0 10 2,15 * *", "24 december 2026 at 18": "2026-12-24 18:00:00", "24 dec at 6 pm sharp": "fault.spec_words", "0 9 1 jan 1": "0 9 1 jan 1", "5 4 1,15 2 3": "5 4 1,15 2 3",
		"every year on Dec 24 at 18:00": "0 18 24 12 *", "every hour": "0 * * * *", "hourly": "0 * * * *", "every 2 hours": "0 */2 * * *", "every 15 minutes": "*/15 * * * *", "every half hour": "*/30 * * * *",
		"每天9点": "0 9 * * *", "每天上午9点半": "30 9 * * *", "每日 09:30": "30 9 * * *", "每天早上八点一刻": "15 8 * * *", "每周一上午9点": "0 9 * * 1", "每个工作日18:30": "30 18 * * 1-5", "工作日下午六点半": "30 18 * * 1-5", "每周一到周五9点": "0 9 * * 1-5", "每周一、三、五 9点": "0 9 * * 1,3,5",
		"每周一至周四 10：00": "0 10 * * 1,2,3,4", "每星期天晚上8点": "0 20 * * 0", "每周六和周日10点": "0 10 * * 0,6", "每个周末10点": "0 10 * * 0,6", "每月1号10点": "0 10 1 * *", "每个月十五日下午3点20分": "20 15 15 * *", "每月1号、15号10点": "0 10 1,15 * *", "每年12月24日18点": "0 18 24 12 *", "每小时": "0 * * * *", "每2小时": "0 */2 * * *", "每隔15分钟": "*/15 * * * *", "每半小时": "*/30 * * * *", "每天中午12点": "0 12 * * *", "每天上午9点和下午6点": "0 9,18 * * *", "每天晚上11点45": "45 23 * * *",
		"tomorrow 18:30": "2026-11-23 18:30:00", "tomorrow at 6pm": "2026-11-23 18:00:00", "today at 6 pm": "2026-11-22 18:00:00", "tonight at 8": "2026-11-22 20:00:00", "tomorrow evening at 7:30": "2026-11-23 19:30:00", "the day after tomorrow at noon": "2026-11-24 12:00:00", "18:30:15": "2026-11-22 18:30:15", "at 18:30": "2026-11-22 18:30:00",
		"next monday at 9": "2026-11-23 09:00:00", "monday at 9": "2026-11-23 09:00:00", "on Friday 17:00": "2026-11-27 17:00:00", "next sunday at 9": "2026-11-29 09:00:00", "next sunday at 20:00": "2026-11-29 20:00:00", "sunday at 20:00": "2026-11-22 20:00:00", "this sunday at 20:00": "2026-11-22 20:00:00", "on sunday at 9": "2026-11-29 09:00:00", "coming sunday at 20:00": "2026-11-29 20:00:00", "周日20点": "2026-11-22 20:00:00", "周日9点": "2026-11-29 09:00:00", "这周日20点": "2026-11-22 20:00:00", "这周日9点": "fault.spec_past", "sunday": "fault.spec_no_time", "sunday at 12 or so": "fault.spec_words",
		"in 2 hours": "2026-11-22 12:00:00", "in an hour": "2026-11-22 11:00:00", "in half an hour": "2026-11-22 10:30:00", "in 30 minutes": "2026-11-22 10:30:00", "in 3 days": "2026-11-25 10:00:00", "in 1 week": "2026-11-29 10:00:00",
		"2026-12-24 18:00": "2026-12-24 18:00:00", "2026-12-24T18:00": "2026-12-24 18:00:00", "2026/12/24 18:00:30": "2026-12-24 18:00:30", "24 Dec at 6pm": "2026-12-24 18:00:00", "Dec 24, 2026 at 18:00": "2026-12-24 18:00:00", "on the 5th of January at 9": "2027-01-05 09:00:00", "2026年12月24日 18点": "2026-12-24 18:00:00", "12月24日下午6点": "2026-12-24 18:00:00", "12月2 18:30": "2026-12-02 18:30:00", "12月 2 日 8:30": "2026-12-02 08:30:00", "1月5号9点": "2027-01-05 09:00:00",
		"明天下午3点半": "2026-11-23 15:30:00", "明天 18:30": "2026-11-23 18:30:00", "今晚8点": "2026-11-22 20:00:00", "明早九点": "2026-11-23 09:00:00", "后天中午12点": "2026-11-24 12:00:00", "大后天9点": "2026-11-25 09:00:00", "下周一上午9点": "2026-11-23 09:00:00", "周五下午5点": "2026-11-27 17:00:00", "下周日晚上七点": "2026-11-29 19:00:00", "2小时后": "2026-11-22 12:00:00", "半小时后": "2026-11-22 10:30:00", "三天后": "2026-11-25 10:00:00", "下午3点": "2026-11-22 15:00:00",
		"every monday": "fault.spec_no_time", "每周一": "fault.spec_no_time", "tomorrow": "fault.spec_no_time", "2026-12-24": "fault.spec_no_time", "every day at 9:00 and 18:30": "fault.spec_minutes", "every 7 minutes": "fault.spec_span", "every 5 hours": "fault.spec_span", "每7分钟": "fault.spec_span",
		"mondays at 9 and fridays at 17": "fault.spec_days_apart", "every monday at 9 and tuesday at 10": "fault.spec_days_apart", "on the 1st at 9 and the 15th at 10 of every month": "fault.spec_days_apart", "at 9 on mondays and fridays at 17": "fault.spec_days_apart", "weekdays at 9 and weekends at 10": "fault.spec_days_apart", "monday at 9:00, friday at 17:00": "fault.spec_days_apart", "每周一9点和周二10点": "fault.spec_days_apart", "每周一9点、二10点": "fault.spec_words", "每月1号9点和15号10点": "fault.spec_days_apart", "工作日9点周末10点": "fault.spec_days_apart",
		"every monday and friday at 9 and 17": "0 9,17 * * 1,5", "at 9 and 17 on mondays and fridays": "0 9,17 * * 1,5", "on the 1st and 15th of every month at 9 and 10": "0 9,10 1,15 * *", "每周一、五9点和17点": "0 9,17 * * 1,5",
		"每天夜里11点": "0 23 * * *", "今天夜里11点": "2026-11-22 23:00:00", "明天半夜11点半": "2026-11-23 23:30:00", "每天深夜七点": "0 19 * * *", "每天夜里1点": "0 1 * * *", "每天晚上20点": "0 20 * * *", "每天下午3:30": "30 15 * * *", "每天下午3点和17点": "0 15,17 * * *", "tonight 8pm": "2026-11-22 20:00:00", "tonight at 23:30": "2026-11-22 23:30:00", "tomorrow morning at 9": "2026-11-23 09:00:00", "tomorrow afternoon at 12": "2026-11-23 12:00:00", "every day at 9am and 18:00": "0 9,18 * * *", "every day at 9:00 am and 5:00 pm": "0 9,17 * * *",
		"晚上12点": "fault.spec_night", "每天晚上1点": "fault.spec_night", "今晚1点": "fault.spec_night", "今晚0点": "fault.spec_night", "周五晚4点": "fault.spec_night", "每天夜里12点": "fault.spec_night", "tonight at 12": "fault.spec_night", "tomorrow night at 12": "fault.spec_night", "tonight at 1": "fault.spec_night", "tonight at 3am": "fault.spec_night", "tonight at midnight": "fault.spec_night", "tomorrow evening at 0:30": "fault.spec_night",
		"每天凌晨12点": "fault.spec_part", "每天早上12点": "fault.spec_part", "明天上午12点": "fault.spec_part", "明早13点": "fault.spec_part", "每天中午10点": "fault.spec_part", "每天下午0点": "fault.spec_part", "tomorrow morning at 18:30": "fault.spec_part", "tomorrow morning at 3pm": "fault.spec_part", "tomorrow morning at noon": "fault.spec_part", "tomorrow afternoon at 10:00": "fault.spec_part", "tonight at 8am": "fault.spec_part", "tonight at 15:00": "fault.spec_part",
		"every day at 9:00 and 5:00 pm": "fault.spec_half", "every day at 9 and 10 pm": "fault.spec_half", "每天下午3点和5点": "fault.spec_half",
		"today at 9:00": "fault.spec_past", "9:30": "fault.spec_past", "2020-01-01 9:00": "fault.spec_past", "今天9点": "fault.spec_past", "2026-02-30 9:00": "fault.spec_no_date", "2月30日9点": "fault.spec_no_date",
		"十二月二十四日 18点": "2026-12-24 18:00:00", "十二月二十四日下午六点半": "2026-12-24 18:30:00", "二月三十日9点": "fault.spec_no_date", "一刻钟后": "2026-11-22 10:15:00", "再过三刻钟": "2026-11-22 10:45:00", "一刻钟": "fault.spec_words",
		"下个月1号9点": "2026-12-01 09:00:00", "下个月十五日下午3点": "2026-12-15 15:00:00", "下下个月1号9点": "2027-01-01 09:00:00", "本月30号9点": "2026-11-30 09:00:00", "下个月32号9点": "fault.spec_no_date", "本月31号9点": "fault.spec_no_date", "本月1号9点": "fault.spec_past", "the 1st of next month at 9": "2026-12-01 09:00:00", "next month on the 5th at 6pm": "2026-12-05 18:00:00", "每个月1号9点": "0 9 1 * *",
		"every other tuesday at 9": "0 9 * * 2 every 2 from 2026-11-24", "every other monday and friday at 9": "0 9 * * 1,5 every 2 from 2026-11-23", "every other sunday at 20:00": "0 20 * * 0 every 2 from 2026-11-22", "every two weeks on wednesday at 9": "0 9 * * 3 every 2 from 2026-11-25", "every other week on friday at 9:30": "30 9 * * 5 every 2 from 2026-11-27", "隔周周二9点": "0 9 * * 2 every 2 from 2026-11-24", "每两周的周二上午9点": "0 9 * * 2 every 2 from 2026-11-24", "每隔一周周五9点": "0 9 * * 5 every 2 from 2026-11-27", "每隔一个星期的星期一9点": "0 9 * * 1 every 2 from 2026-11-23", "every other weekend at 9": "fault.spec_words", "every other tuesday": "fault.spec_no_time",
		"next friday at 9am": "2026-11-27 09:00:00", "coming friday at 9am": "2026-11-27 09:00:00",
		"now and then": "fault.spec_words", "every other day at 9": "fault.spec_words", "every day at 25": "fault.spec_words", "every day at 13pm": "fault.spec_words", "偶尔": "fault.spec_words", "": "fault.spec_words", "every last friday at 9": "fault.spec_words", "tomorrow 9:00 and 10:00": "fault.spec_words", "每月最后一天9点": "fault.spec_words", "every monday at 9 maybe": "fault.spec_words", "每隔一天9点": "fault.spec_words", "tomorrow 18:30 or so": "fault.spec_words", "every month on the 32nd at 9": "fault.spec_words", "not tomorrow 18:30": "fault.spec_words", "every weekday except friday at 9": "fault.spec_words",
	} {
		u, err := Understand(words, now, zone)
		got := u.Cron
		if !u.At.IsZero() {
			got = u.At.In(zone).Format(time.DateTime)
		}
		if u.Weeks.Every > 0 {
			got += fmt.Sprintf(" every %d from %s", u.Weeks.Every, u.Weeks.From.Format(time.DateOnly))
		}
		if err != nil {
			got = keyOf(err)
		}
		if got != want {
			t.Errorf("Understand(%q): got %q, want %q", words, got, want)
		}
		if err == nil && u.Cron != "" {
			if spec, err := ParseCron(u.Cron, zone, true); err != nil || spec.Next(now).IsZero() {
				t.Errorf("Understand(%q) = %q, which is no spec: %v", words, u.Cron, err)
			}
		}
	}
}

// On a Wednesday "next Friday" is in two days for some and in nine for others.
func TestNextWeekdayIsAskedAbout(t *testing.T) {
	t.Parallel()
	zone, err := ParseZone("asia/shanghai")
	if err != nil {
		t.Fatal(err)
	}
	wednesday := time.Date(2026, 11, 25, 10, 0, 0, 0, zone)
	for words, want := range map[string][]string{
		"next friday 9am": {"2026-11-27 09:00", "2026-12-04 09:00"}, "next sunday at 20:00:30": {"2026-11-29 20:00:30", "2026-12-06 20:00:30"},
		"next monday at 9": nil, "next wednesday at 9": nil, "this friday at 9": nil, "friday at 9": nil, "coming friday at 9": nil, "下周五9点": nil,
	} {
		_, err := Understand(words, wednesday, zone)
		var uncertain *Uncertain
		if errors.As(err, &uncertain) != (want != nil) || want == nil && err != nil {
			t.Errorf("Understand(%q): got %v, want it asked about: %v", words, err, want != nil)
			continue
		}
		for i, when := range want {
			r := uncertain.Readings[i]
			if u, err := Understand(r.When, wednesday, zone); r.When != when || err != nil || !u.At.Equal(r.At) {
				t.Errorf("Understand(%q), reading %d: got %q, want %q, which is understood as %s", words, i, r.When, when, r.At)
			}
		}
	}
}

func FuzzUnderstand(f *testing.F) {
	for _, words := range []string{"every weekday at 9", "每周一、三上午9点", "tomorrow 18:30", "0 9 * * 1-5", "TZ=0", "@every 0s", "半小时后"} {
		f.Add(words)
	}
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, words string) {
		u, err := Understand(words, now, time.UTC)
		if err == nil && u.Cron != "" {
			_, err = ParseCron(u.Cron, time.UTC, false)
		}
		if err == nil && u.Cron == "" && u.At.Before(now) {
			t.Errorf("Understand(%q) is %s, which is past", words, u.At)
		}
		if err != nil && keyOf(err) == "" {
			t.Errorf("Understand(%q): got %v, want a refusal", words, err)
		}
	})
}
