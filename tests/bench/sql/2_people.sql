-- Ten volunteers for seven active mentors; the first few sign in. Big chapters in the east.

CREATE TEMP TABLE name_list ON COMMIT DROP AS SELECT
    string_to_array('James,Mary,Robert,Patricia,John,Jennifer,Michael,Linda,David,Elizabeth,William,Barbara,'
        || 'Richard,Susan,José,Jessica,Thomas,Sarah,Charles,Karen,Renée,Lisa,Daniel,Nancy,Matthew,Betty,'
        || 'Anthony,Sandra,Mark,Margaret,Donald,Ashley,Steven,Kimberly,Andrew,Emily,Paul,Donna,Joshua,'
        || 'Michelle,Kenneth,Carol,Kevin,Amanda,Brian,Melissa,George,Deborah,Timothy,Stephanie', ',') AS firsts,
    string_to_array('Smith,Johnson,Williams,Brown,Jones,García,Miller,Davis,Rodríguez,Martínez,Hernández,López,'
        || 'Gonzalez,Wilson,Anderson,Thomas,Taylor,Moore,Jackson,Martin,Lee,Perez,Thompson,White,Harris,'
        || 'Sanchez,Clark,Ramirez,Lewis,Robinson,Walker,Young,Allen,King,Wright,Scott,Torres,Nguyen,Hill,'
        || 'Flores,Green,Adams,Nelson,Baker,Hall,Rivera,Campbell,Mitchell,Carter,Roberts,O’Brien,Okafor,'
        || 'Müller,Kowalski,Rossi,Haddad,Ivanova,Tanaka,Singh,Weiss', ',') AS lasts,
    string_to_array('bakery,restaurant,food truck,catering,cafe,brewery,franchise,patent,trademark,export,import,'
        || 'customs,payroll,QuickBooks,bookkeeping,tax,SBA loan,grant,investor,pitch deck,valuation,exit plan,'
        || 'succession,hiring,remote team,HR policy,OSHA,contract law,lease,real estate,construction,HVAC,'
        || 'plumbing,landscaping,trucking,logistics,warehouse,supply chain,lean,ISO 9001,manufacturing,3D printing,'
        || 'software,mobile app,SaaS,cybersecurity,cloud,data,AI,SEO,Google Ads,Facebook,Instagram,newsletter,'
        || 'branding,logo,packaging,retail,Etsy,Shopify,Amazon,dropshipping,wholesale,pricing,salon,spa,fitness,'
        || 'yoga,daycare,home care,medical practice,dental,pharmacy,nonprofit,church,farm,organic,cannabis,'
        || 'wedding,photography,video,music,travel,hotel,airbnb,pet care,cleaning,laundry,auto repair,boat', ',') AS skills;

CREATE TEMP TABLE area_list ON COMMIT DROP AS
SELECT array_agg(id ORDER BY name <> ALL (ARRAY['Business Plan', 'Marketing', 'Funding/Loans',
    'Accounting & Finance']), md5(name)) AS areas,
    (SELECT array_agg(id ORDER BY md5(name)) FROM mentors_businesstype) AS types
FROM mentors_mentoringarea;

INSERT INTO mentors_volunteer (id, password, is_superuser, email, first_name, last_name, phone, status,
    classification, chapter_id, languages, is_active, is_staff, date_joined, mail_trouble)
SELECT n, '!', false, 'volunteer.' || n || '@example.org',
    firsts[1 + floor(random() * array_length(firsts, 1))::int],
    lasts[1 + floor(random() * array_length(lasts, 1))::int],
    '(555) 555-' || lpad((n % 10000)::text, 4, '0'),
    CASE WHEN n <= mentors THEN 'active'
         ELSE (ARRAY['active', 'active', 'provisional', 'inactive', 'resigned'])[1 + n % 5] END,
    CASE WHEN n <= mentors THEN 'mentor'
         ELSE (ARRAY['volunteer', 'sme', 'mentor', 'mentor', 'mentor'])[1 + n % 5] END,
    1 + floor(power(random(), 1.35) * 234)::int,
    CASE WHEN random() < 0.10 THEN ARRAY['English', 'Spanish']
         WHEN random() < 0.06 THEN ARRAY['English', (ARRAY['French', 'Hindi', 'Mandarin', 'German'])[1 + n % 4]]
         ELSE ARRAY['English'] END,
    true, false, now - interval '2000 days' * random(), ''
FROM size, name_list, generate_series(1, mentors * 10 / 7) n;
-- Everywhere somebody, also in the national chapter.
UPDATE mentors_volunteer SET chapter_id = 1 + id % 235 FROM size WHERE id <= least(470, mentors / 2);

INSERT INTO mentors_mentorprofile (volunteer_id, keywords, summary, weekly_limit, accepts_direct, serves_outside,
    in_directory, public_words)
SELECT v.id,
    (SELECT string_agg(DISTINCT skills[1 + floor(random() * array_length(skills, 1) + 0 * k)::int], ', ')
     FROM generate_series(1, 2 + v.id % 4) k),
    (15 + v.id % 20) || ' years in business, owner and adviser of companies in '
        || skills[1 + v.id % array_length(skills, 1)] || ' and ' || skills[1 + v.id * 7 % array_length(skills, 1)] || '.',
    CASE WHEN random() < 0.4 THEN NULL ELSE 1 + floor(random() * 4)::int END,
    random() < 0.4, random() < 0.3,
    v.id % 5 > 0, 'I ran a company in ' || skills[1 + v.id % array_length(skills, 1)] || ' for many years.'
FROM mentors_volunteer v, name_list WHERE v.classification = 'mentor';

INSERT INTO mentors_mentorprofile_areas (mentorprofile_id, mentoringarea_id)
SELECT p.volunteer_id, areas[1 + floor(power(random(), 1.7) * array_length(areas, 1))::int]
FROM area_list, mentors_mentorprofile p, generate_series(1, 1 + p.volunteer_id % 6)
ON CONFLICT DO NOTHING;
INSERT INTO mentors_mentorprofile_business_types (mentorprofile_id, businesstype_id)
SELECT p.volunteer_id, types[1 + floor(power(random(), 1.3) * array_length(types, 1))::int]
FROM area_list, mentors_mentorprofile p, generate_series(1, (p.volunteer_id / 6) % 7)
ON CONFLICT DO NOTHING;

INSERT INTO mentors_pause (mentor_id, starts_on, ends_on, reason, created_at)
SELECT id, first, first + 5 + floor(power(random(), 2) * 90)::int, 'away', first - interval '3 days'
FROM (SELECT v.id, now::date - floor(random() * 300)::int AS first
      FROM size, mentors_volunteer v WHERE v.id > 10 AND v.id <= mentors AND v.id % 4 = 0) AS away;

-- A coordinator for each district and region, a manager, a chair and a leader for each chapter.
INSERT INTO mentors_position (volunteer_id, role, region_id, district_id, chapter_id, starts_on)
SELECT (SELECT min(v.id) FROM mentors_volunteer v JOIN mentors_chapter c ON c.id = v.chapter_id
        WHERE c.district_id = d.id AND v.id > 10), 'rcic', NULL::bigint, d.id, NULL::bigint, now::date - 400
FROM size, mentors_district d
UNION ALL
SELECT v.id, role, NULL, NULL, c.id, now::date - 400
FROM size, mentors_chapter c, unnest(ARRAY['chapter_manager', 'membership_chair', 'leader']) role,
    LATERAL (SELECT min(id) AS id FROM mentors_volunteer WHERE chapter_id = c.id AND id > 10) v
WHERE v.id IS NOT NULL;

CREATE TEMP TABLE sign_in (id, email, role, region_id, district_id, chapter_id) ON COMMIT DROP AS VALUES
    (1, 'rcic.chapter@example.org', 'rcic', NULL::bigint, NULL::bigint, 1::bigint),
    (2, 'rcic.district@example.org', 'rcic', NULL, 1, NULL),
    (3, 'rcic.region@example.org', 'rcic', 1, NULL, NULL),
    (4, 'admin@example.org', NULL, NULL, NULL, NULL),
    (5, 'mentor@example.org', NULL, NULL, NULL, NULL),
    (6, 'leader@example.org', 'leader', 1, NULL, NULL),
    (7, 'chair@example.org', 'membership_chair', NULL, NULL, 1);
UPDATE mentors_volunteer v
SET email = s.email, password = size.password, chapter_id = 1, is_superuser = s.id = 4, is_staff = s.id = 4
FROM sign_in s, size WHERE v.id = s.id;
INSERT INTO mentors_position (volunteer_id, role, region_id, district_id, chapter_id, starts_on)
SELECT id, role, region_id, district_id, chapter_id, now::date - 400 FROM size, sign_in WHERE role IS NOT NULL;

-- Who may be chosen for a request of a chapter, by how far one looks.
CREATE TEMP TABLE pool ON COMMIT DROP AS
SELECT c.id AS chapter_id, t.tier, array_agg(v.id ORDER BY v.id) AS mentors
FROM size, mentors_chapter c
JOIN mentors_district d ON d.id = c.district_id
CROSS JOIN unnest(ARRAY['chapter', 'district', 'region']) AS t (tier)
JOIN mentors_chapter near ON CASE t.tier WHEN 'chapter' THEN near.id = c.id
    WHEN 'district' THEN near.district_id = d.id
    ELSE near.district_id IN (SELECT id FROM mentors_district WHERE region_id = d.region_id) END
JOIN mentors_volunteer v ON v.chapter_id = near.id
WHERE v.id > 4 AND v.id <= size.mentors
GROUP BY c.id, t.tier;
CREATE UNIQUE INDEX ON pool (chapter_id, tier);
