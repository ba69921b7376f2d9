package templates

import "golang.org/x/text/language"

// A mark of direction stands before the signs that follow a name in Latin letters, which would else take them along.
func arabic() words {
	return words{
		Tag: language.Arabic,
		RTL: true,

		Mail:         "رسالة بريد إلكتروني",
		Issue:        "العدد {n}",
		ReadOnline:   "القراءة على الويب",
		Inside:       "في هذا العدد",
		TopStory:     "الموضوع الأبرز",
		Rest:         "متفرقات",
		ReadAt:       "المقال كاملًا في {source}",
		AlsoIn:       "أيضًا في {tag}",
		AlsoTags:     "أيضًا في {tags}",
		Elsewhere:    "أيضًا في {sources}",
		Untitled:     "بلا عنوان",
		Unsubscribe:  "إلغاء الاشتراك",
		ChooseTopics: "اختيار المواضيع",
		PauseMail:    "إيقاف مؤقت",
		Unfollow:     "إلغاء متابعة {tag}",
		LeaveLink:    "إلغاء الاشتراك بالبريد",
		LeaveByMail:  "لإلغاء الاشتراك تكفي رسالة إلى {address} موضوعها «unsubscribe».",
		Privacy:      "لا صور للتتبّع ولا روابط معدّلة: كل عنوان يقود مباشرة إلى مصدره.",
		PrivacyLoad:  "لا روابط معدّلة: كل عنوان يقود مباشرة إلى مصدره. تُحمَّل الصورة من موقع ناشرها.",
		Done:         "هذا كل شيء.",
		Next:         "يصل العدد القادم {when}.",
		Why:          "تصل هذه الرسالة إلى {email} لأن هذا العنوان مشترك في «{title}».",
		WhyWhen:      "تصل هذه الرسالة إلى {email} {schedule} لأن هذا العنوان مشترك في «{title}».",

		Hello:       "مرحبًا {name}\u200f.",
		Overview:    "{stories} من {sources}.",
		OverviewMin: "{stories} من {sources}، نحو {minutes} من القراءة.",

		NewStories: counted{
			Zero: "لا مقالات جديدة", One: "مقال جديد واحد", Two: "مقالان جديدان",
			Few: "{n} مقالات جديدة", Many: "{n} مقالًا جديدًا", Other: "{n} مقال جديد",
		},
		Sources: counted{One: "مصدر واحد", Two: "مصدرين", Few: "{n} مصادر", Many: "{n} مصدرًا", Other: "{n} مصدر"},
		MinutesAll: counted{
			One: "دقيقة واحدة", Two: "دقيقتين", Few: "{n} دقائق", Many: "{n} دقيقة", Other: "{n} دقيقة",
		},
		Stories: counted{One: "مقال واحد", Two: "مقالان", Few: "{n} مقالات", Many: "{n} مقالًا", Other: "{n} مقال"},
		Minutes: counted{One: "دقيقة", Two: "دقيقتان", Few: "{n} دقائق", Many: "{n} دقيقة", Other: "{n} دقيقة"},
		MoreOnline: counted{
			One: "مقال آخر على الويب", Two: "مقالان آخران على الويب", Few: "{n} مقالات أخرى على الويب",
			Many: "{n} مقالًا آخر على الويب", Other: "{n} مقال آخر على الويب",
		},
		MoreHidden: counted{
			One: "مقال آخر لم يتّسع له المكان", Two: "مقالان آخران لم يتّسع لهما المكان", Few: "{n} مقالات أخرى لم يتّسع لها المكان",
			Many: "{n} مقالًا آخر لم يتّسع لها المكان", Other: "{n} مقال آخر لم يتّسع لها المكان",
		},
		MoreNames: counted{
			One: "مصدر آخر", Two: "مصدران آخران", Few: "{n} مصادر أخرى", Many: "{n} مصدرًا آخر", Other: "{n} مصدر آخر",
		},
		Broken: counted{
			One: "تعذّرت قراءة مصدر واحد هذه المرة: {names}\u200f.", Two: "تعذّرت قراءة مصدرين هذه المرة: {names}\u200f.",
			Few: "تعذّرت قراءة {n} مصادر هذه المرة: {names}\u200f.", Many: "تعذّرت قراءة {n} مصدرًا هذه المرة: {names}\u200f.",
			Other: "تعذّرت قراءة {n} مصدر هذه المرة: {names}\u200f.",
		},
		Shortened: counted{
			One: "كي تصل الرسالة كاملة، يظهر هنا مقال واحد بلا ملخّص.", Two: "كي تصل الرسالة كاملة، يظهر هنا مقالان بلا ملخّص.",
			Few: "كي تصل الرسالة كاملة، تظهر هنا {n} مقالات بلا ملخّص.", Many: "كي تصل الرسالة كاملة، يظهر هنا {n} مقالًا بلا ملخّص.",
			Other: "كي تصل الرسالة كاملة، يظهر هنا {n} مقال بلا ملخّص.",
		},

		And:      " و",
		Comma:    " و",
		Pause:    "، ",
		Colon:    "\u200f: ",
		Gap:      " ",
		Grouped:  1000,
		LongDate: "{weekday}، {day} {month} {year}",
		At:       "الساعة {time}",
		When:     "يوم {weekday} {at}",
		WhenDate: "يوم {weekday} {day} {month} {at}",
		Daily:    "كل يوم {at}",
		Workdays: "من الاثنين إلى الجمعة {at}",
		Weekly:   "كل يوم {weekdays} {at}",
		Monthly:  "في اليوم {day} من كل شهر {at}",
		Weekdays: [7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		EachDay:  [7]string{"أحد", "اثنين", "ثلاثاء", "أربعاء", "خميس", "جمعة", "سبت"},
		Months: [12]string{
			"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
			"يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
		},

		Pages: arabicPages(),
	}
}
