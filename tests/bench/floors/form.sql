SELECT id, name FROM mentors_mentoringarea ORDER BY name;
SELECT id, name FROM mentors_businesstype ORDER BY name
