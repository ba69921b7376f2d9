package templates

import (
	"strings"

	"golang.org/x/text/language"
)

func english() words {
	return words{
		Tag: language.English,

		Mail:         "email",
		Issue:        "Issue {n}",
		ReadOnline:   "Read online",
		Inside:       "In this issue",
		TopStory:     "Top story",
		Rest:         "More",
		ReadAt:       "Read it at {source}",
		AlsoIn:       "Also in {tag}",
		AlsoTags:     "also {tags}",
		Elsewhere:    "Also in {sources}",
		Untitled:     "Untitled",
		Unsubscribe:  "Unsubscribe",
		ChooseTopics: "Choose topics",
		PauseMail:    "Pause",
		Unfollow:     "Unfollow {tag}",
		LeaveLink:    "Unsubscribe by mail",
		LeaveByMail:  "To leave, write to {address} with the subject “unsubscribe”.",
		Privacy:      "No tracking pixel, no rewritten links: every headline goes straight to its source.",
		PrivacyLoad:  "No rewritten links: every headline goes straight to its source. The picture is loaded from its publisher.",
		Done:         "That is everything.",
		Next:         "The next issue arrives {when}.",
		Why:          "{email} gets this because it is subscribed to {title}.",
		WhyWhen:      "{email} gets this {schedule} because it is subscribed to {title}.",

		Hello:       "Hello {name}.",
		Overview:    "{stories} from {sources}.",
		OverviewMin: "{stories} from {sources}, about {minutes} if you read it all.",

		NewStories: counted{One: "{n} new story", Other: "{n} new stories"},
		Sources:    counted{One: "{n} source", Other: "{n} sources"},
		MinutesAll: counted{One: "{n} minute", Other: "{n} minutes"},
		Stories:    counted{One: "{n} story", Other: "{n} stories"},
		Minutes:    counted{Other: "{n} min"},
		MoreOnline: counted{Other: "{n} more online"},
		MoreHidden: counted{Other: "{n} more that did not fit"},
		MoreNames:  counted{Other: "{n} more"},
		Broken: counted{
			One:   "{n} source could not be read this time: {names}.",
			Other: "{n} sources could not be read this time: {names}.",
		},
		Shortened: counted{
			One:   "To keep this message whole, {n} story stands here without its summary.",
			Other: "To keep this message whole, {n} stories stand here without their summaries.",
		},

		And:      " and ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    ": ",
		Gap:      " ",
		Spelled:  strings.Fields("zero one two three four five six seven eight nine ten"),
		Grouped:  1000,
		LongDate: "{weekday} {day} {month} {year}",
		At:       "at {time}",
		When:     "{weekday} {at}",
		WhenDate: "{weekday} {day} {month} {at}",
		Daily:    "every day {at}",
		Workdays: "every weekday {at}",
		Weekly:   "every {weekdays} {at}",
		Monthly:  "on day {day} of every month {at}",
		Weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		Months: [12]string{
			"January", "February", "March", "April", "May", "June",
			"July", "August", "September", "October", "November", "December",
		},

		Pages: englishPages(),
	}
}
